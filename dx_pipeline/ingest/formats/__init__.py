"""From bytes to sheets and text: formats told by content, archives unpacked, legacy encodings converted."""

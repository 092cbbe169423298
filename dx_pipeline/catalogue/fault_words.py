"""Faults of YAML files in Vietnamese, for the people who write files of their own, with hints in both languages.

Pydantic and PyYAML speak English only; what they say most is told again here by its type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_OWN = "own_fault"
_DAY = "phải là một ngày có thật, viết theo dạng 2025-11-20"
_NUMBER = "phải là số: phần thập phân sau dấu chấm, không tách hàng nghìn, không ghi % (90.5; 1595)"
_PAIRS = "phải gồm các dòng «khóa: giá trị» (tệp trống, hoặc thiếu dòng đầu «restatements:»)"
_LIST = "phải là danh sách, mỗi mục bắt đầu bằng «- »"
_VIETNAMESE = {
    "missing": "thiếu khóa này, cần ghi thêm",
    "extra_forbidden": "không có khóa tên như vậy; kiểm tra chính tả hoặc bỏ đi",
    "string_type": "phải là chữ, không để trống; số, ngày, yes/no thì đặt trong dấu ngoặc kép",
    "string_too_short": "không được để trống",
    "string_pattern_mismatch": "không đúng dạng {pattern}",
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": "phải là true hoặc false",
    "bool_parsing": "phải là true hoặc false",
    "enum": "phải là một trong: {expected}",
    "literal_error": "phải là một trong: {expected}",
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "model_type": _PAIRS,
    "dict_type": _PAIRS,
    "tuple_type": _LIST,
    "list_type": _LIST,
}
_HINTS = {
    "string_type": "text is needed; put a number, a day or yes/no in quotes",
    "float_type": "write 90.5 or 1595: a point for decimals, nothing between thousands, no %",
    "float_parsing": "write 90.5 or 1595: a point for decimals, nothing between thousands, no %",
    "date_from_datetime_parsing": "write 2025-11-20",
    "model_type": "the file is empty or lacks its first key",
    "tuple_type": "each entry of the list starts with '- '",
}
_SYNTAX = (
    ("tab character", "có ký tự tab; hãy thụt dòng bằng dấu cách"),
    (
        "cannot start any token",
        "có ký tự tab hoặc ký tự lạ; thụt dòng bằng dấu cách, đặt chữ trong dấu ngoặc kép",
    ),
    (
        "mapping values are not allowed",
        "các khóa không thẳng hàng, hoặc trong câu có dấu hai chấm: đặt cả câu trong dấu ngoặc kép",
    ),
    ("nested more than", "quá nhiều cấp lồng nhau"),
    ("is no day", "không phải là ngày có thật"),
    ("another document", "có dòng «---»; mỗi tệp chỉ có một phần, bỏ dòng này"),
)


def own_fault(en: str, vi: str) -> PydanticCustomError:
    """What a validator of ours raises: a fault said in both languages."""
    return PydanticCustomError(_OWN, "{en}", {"en": en, "vi": vi})


def model_fault(error: ErrorDetails) -> tuple[str, str]:
    """What Pydantic found, in English and in Vietnamese; the English text twice where nothing better is known."""
    kind, context = error["type"], dict[str, Any](error.get("ctx") or {})
    if kind == _OWN:
        return str(context["en"]), str(context["vi"])
    hint = _HINTS.get(kind)
    english = f"{error['msg']}; {hint}" if hint else error["msg"]
    known = _VIETNAMESE.get(kind)
    return english, known.format_map(context) if known else error["msg"]


def syntax_fault(problem: str) -> tuple[str, str]:
    """What the YAML parser stumbled over, in English and in Vietnamese."""
    reason = " ".join(problem.split())
    known = next((words for part, words in _SYNTAX if part in reason), "")
    return f"not YAML: {reason}", f"không đúng cú pháp YAML: {known or reason}"

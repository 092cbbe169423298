"""What changed: two published files or vintages compared figure by figure, and whether the difference may go out.

A comparison is a function of two databases and the limits. It writes nothing; who keeps it and who refuses to publish
because of it are modules of their own.
"""

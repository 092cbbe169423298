"""What a run says in a terminal: the pipeline's own lines, not Dagster's events."""

import logging

import dagster as dg


@dg.logger(config_schema={"level": dg.Field(str, default_value="INFO", is_required=False)})
def terminal_logger(context: dg.InitLoggerContext) -> logging.Logger:
    """One line per message: time, step, text. Everything is in the Dagster UI as well."""
    logger = logging.Logger("dx_pipeline", level=context.logger_config["level"])
    handler = logging.StreamHandler()
    handler.setFormatter(_OneLine("%(asctime)s  %(message)s", datefmt="%H:%M:%S"))
    logger.addHandler(handler)
    return logger


class _OneLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        meta = getattr(record, "dagster_meta", {})
        if meta.get("orig_message"):
            step = f"{meta['step_key']}: " if meta.get("step_key") else ""
            record = logging.makeLogRecord(
                {**record.__dict__, "msg": f"{step}{meta['orig_message']}", "args": ()}
            )
        return super().format(record)

"""config.yaml: every mistake told at once, with file, line, field and the nearest right name."""

from monitor.config.configuration import Config
from monitor.config.loading import load_config
from monitor.config.models import MainFile, ScheduleSettings, WatchSettings
from monitor.config.problems import ConfigError, Problem
from monitor.config.sources import Expectation, SourceSettings, Status

__all__ = [
    "Config",
    "ConfigError",
    "Expectation",
    "MainFile",
    "Problem",
    "ScheduleSettings",
    "SourceSettings",
    "Status",
    "WatchSettings",
    "load_config",
]

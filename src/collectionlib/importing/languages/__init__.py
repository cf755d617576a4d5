"""The language of a text, where it is sure: by the script, and by a detector."""

from .detected import Detected
from .files import FileLanguage, detect, detect_common
from .statistics import require_detector

__all__ = ["Detected", "FileLanguage", "detect", "detect_common", "require_detector"]

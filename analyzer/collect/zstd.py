"""One frame of zstd: by `zstandard`, or where that has no wheel (a browser) by the library that Python brings from 3.14 on."""

from __future__ import annotations

from typing import Any

try:
    import zstandard

    ZSTD_ERRORS: tuple[type[Exception], ...] = (zstandard.ZstdError,)

    def new_frame(window_bytes: int) -> Any:
        """A decoder of one frame that takes no window of more than so many bytes."""
        return zstandard.ZstdDecompressor(max_window_size=window_bytes).decompressobj()

except ImportError:
    from importlib import import_module

    _zstd: Any = import_module("compression.zstd")
    ZSTD_ERRORS = (_zstd.ZstdError,)

    def new_frame(window_bytes: int) -> Any:
        """A decoder of one frame that takes no window of more than so many bytes, rounded down to a power of two."""
        return _zstd.ZstdDecompressor(options={_zstd.DecompressionParameter.window_log_max: window_bytes.bit_length() - 1})

"""Names that MicroPython has in its own read-only memory, on the ESP32 as on a computer: using one again costs nothing.

Of modules and types that the application does not use, so that they stand for nothing else in it. A MicroPython
that lacks one of them keeps it as it keeps any other name.
"""

MATH = (
    "acos acosh asin asinh atan atan2 atanh ceil copysign cos cosh degrees erf erfc exp expm1 fabs floor fmod frexp "
    "gamma isfinite isinf isnan ldexp lgamma log10 log2 modf radians sin sinh sqrt tan tanh trunc phase polar rect"
)
UCTYPES = (
    "addressof bytearray_at bytes_at sizeof BF_LEN BF_POS BFINT16 BFINT32 BFINT8 BFUINT16 BFUINT32 BFUINT8 "
    "BIG_ENDIAN FLOAT32 FLOAT64 INT16 INT32 INT64 INT8 LITTLE_ENDIAN LONG LONGLONG NATIVE PTR SHORT UINT16 UINT32 "
    "UINT64 UINT8 ULONG ULONGLONG USHORT VOID"
)
FRAMEBUF = (
    "FrameBuffer FrameBuffer1 GS2_HMSB GS4_HMSB GS8 MONO_HLSB MONO_HMSB MONO_VLSB MVLSB RGB565 blit ellipse fill "
    "fill_rect hline pixel poly scroll vline"
)
TYPES = (
    "center difference difference_update discard fromkeys intersection intersection_update isdisjoint islower "
    "issubset issuperset isupper rpartition splitlines symmetric_difference symmetric_difference_update union "
    "appendleft popleft extendleft OrderedDict namedtuple"
)
ASYNCIO = (
    "IOQueue Lock Loop SingletonGenerator StreamReader StreamWriter ThreadSafeFlag aclose awrite awritestr "
    "call_exception_handler current_task default_exception_handler drain get_event_loop get_exception_handler "
    "get_extra_info new_event_loop open_connection queue_read queue_write readexactly run_forever "
    "run_until_complete set_exception_handler sleep_ms wait_closed wait_for_ms wait_io_event"
)
OTHERS = (
    "DeflateIO GZIP RAW ZLIB heapify heappop heappush b2a_base64 a2b_base64 md5 sha1 encrypt decrypt aes getrandbits "
    "randint uniform choice seed alloc_emergency_exception_buf heap_lock heap_unlock kbd_intr mem_info opt_level "
    "qstr_info stack_use byteorder hexversion version_info tracebacklimit localtime mktime ticks_cpu "
    "EACCES EADDRINUSE EALREADY EBADF ECONNABORTED ECONNREFUSED ECONNRESET EEXIST EHOSTUNREACH EINVAL EIO EISDIR "
    "ENOBUFS ENODEV ENOMEM EOPNOTSUPP EPERM ilistdir mkfs statvfs umount VfsFat allocate_lock get_ident "
    "start_new_thread stack_size mem16 mem32 mem8 time_pulse_us Signal soft_reset"
)
ROM_NAMES = " ".join((MATH, UCTYPES, FRAMEBUF, TYPES, ASYNCIO, OTHERS)).split()

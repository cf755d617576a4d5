"""epubcheck for many files in one JVM: starting one takes longer than checking a book.

Its own command takes one file, and a Java runtime has no compiler. So this writes the class file
of the few lines that are missing::

    public class Many {
        public static void main(String[] files) {
            for (int i = 0; i < files.length; i++)
                new EpubChecker().run(
                    new String[] {files[i], "--json", files[i].concat(".json"), "--quiet"});
        }
    }
"""

import struct

CHECKER = "com/adobe/epubcheck/tool/EpubChecker"
STRING = "java/lang/String"


class _Constants:
    """The constant pool (Java Virtual Machine Specification §4.4)."""

    def __init__(self) -> None:
        self.entries: dict[bytes, int] = {}

    def _index(self, entry: bytes) -> int:
        return self.entries.setdefault(entry, len(self.entries) + 1)

    def text(self, value: str) -> int:
        return self._index(struct.pack(">BH", 1, len(value)) + value.encode())

    def kind(self, name: str) -> int:
        return self._index(struct.pack(">BH", 7, self.text(name)))

    def string(self, value: str) -> int:
        return self._index(struct.pack(">BH", 8, self.text(value)))

    def method(self, of: str, name: str, descriptor: str) -> int:
        named = struct.pack(">BHH", 12, self.text(name), self.text(descriptor))
        return self._index(struct.pack(">BHH", 10, self.kind(of), self._index(named)))


def class_file() -> bytes:
    """The class ``Many``, of version 49: the last one that needs no stack maps."""
    pool = _Constants()

    def take(operation: int, index: int) -> bytes:
        return struct.pack(">BH", operation, index)

    def put(place: int, value: bytes) -> bytes:
        return bytes([0x59, 0x03 + place]) + value + b"\x53"  # dup, iconst, ..., aastore

    file = b"\x2a\x1b\x32"  # files[i]
    joined = pool.method(STRING, "concat", f"(L{STRING};)L{STRING};")
    report = file + take(0x13, pool.string(".json")) + take(0xB6, joined)
    body = (
        take(0xBB, pool.kind(CHECKER))  # new
        + b"\x59"
        + take(0xB7, pool.method(CHECKER, "<init>", "()V"))
        + b"\x07"
        + take(0xBD, pool.kind(STRING))  # new String[4]
        + put(0, file)
        + put(1, take(0x13, pool.string("--json")))
        + put(2, report)
        + put(3, take(0x13, pool.string("--quiet")))
        + take(0xB6, pool.method(CHECKER, "run", f"([L{STRING};)I"))
        + b"\x57\x84\x01\x01"  # pop, i++
    )
    # i = 0; while (i < files.length) body;
    code = b"\x03\x3c\x1b\x2a\xbe" + struct.pack(">Bh", 0xA2, 3 + len(body) + 3) + body
    code += struct.pack(">Bh", 0xA7, 2 - len(code)) + b"\xb1"
    attribute = struct.pack(">HHI", 8, 2, len(code)) + code + bytes(4)
    this, above = pool.kind("Many"), pool.kind("java/lang/Object")
    main = (pool.text("main"), pool.text(f"([L{STRING};)V"), pool.text("Code"))
    return (
        struct.pack(">IHHH", 0xCAFEBABE, 0, 49, len(pool.entries) + 1)
        + b"".join(pool.entries)
        + struct.pack(">HHHHHH", 0x21, this, above, 0, 0, 1)
        + struct.pack(">HHHH", 9, main[0], main[1], 1)
        + struct.pack(">HI", main[2], len(attribute))
        + attribute
        + bytes(2)
    )

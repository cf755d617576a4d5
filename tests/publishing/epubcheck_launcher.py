"""epubcheck for many files in one JVM: starting one takes longer than checking a book.

Its own command takes one file, and a Java runtime has no compiler. So this writes the class file
of the few lines that are missing::

    public class Many {
        public static void main(String[] unused) throws IOException {
            var names = new BufferedReader(new InputStreamReader(System.in));
            for (String name; (name = names.readLine()) != null; System.err.println(name))
                new EpubChecker().run(
                    new String[] {name, "--json", name.concat(".json"), "--usage", "--quiet"});
        }
    }
"""

import struct

CHECKER = "com/adobe/epubcheck/tool/EpubChecker"
STRING = "java/lang/String"
LINES = "java/io/BufferedReader"
LETTERS = "java/io/InputStreamReader"
BYTES = "java/io/InputStream"
PRINTER = "java/io/PrintStream"


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
        return self._member(10, of, name, descriptor)

    def field(self, of: str, name: str, descriptor: str) -> int:
        return self._member(9, of, name, descriptor)

    def _member(self, tag: int, of: str, name: str, descriptor: str) -> int:
        named = struct.pack(">BHH", 12, self.text(name), self.text(descriptor))
        return self._index(struct.pack(">BHH", tag, self.kind(of), self._index(named)))


def class_file() -> bytes:
    """The class ``Many``, of version 49: the last one that needs no stack maps."""
    pool = _Constants()

    def take(operation: int, index: int) -> bytes:
        return struct.pack(">BH", operation, index)

    def make(kind: str) -> bytes:
        return take(0xBB, pool.kind(kind)) + b"\x59"  # new, dup

    def begin(kind: str, *arguments: str) -> bytes:
        descriptor = f"({''.join(f'L{argument};' for argument in arguments)})V"
        return take(0xB7, pool.method(kind, "<init>", descriptor))

    def call(kind: str, name: str, descriptor: str) -> bytes:
        return take(0xB6, pool.method(kind, name, descriptor))

    def put(place: int, value: bytes) -> bytes:
        return bytes([0x59, 0x03 + place]) + value + b"\x53"  # dup, iconst, ..., aastore

    def word(text: str) -> bytes:
        return take(0x13, pool.string(text))

    name = b"\x2c"  # aload_2
    names = (
        make(LINES)
        + make(LETTERS)
        + take(0xB2, pool.field("java/lang/System", "in", f"L{BYTES};"))
        + begin(LETTERS, BYTES)
        + begin(LINES, "java/io/Reader")
        + b"\x4c"  # astore_1
    )
    following = b"\x2b" + call(LINES, "readLine", f"()L{STRING};") + b"\x59\x4d"
    check = (
        make(CHECKER)
        + begin(CHECKER)
        + b"\x08"
        + take(0xBD, pool.kind(STRING))  # new String[5]
        + put(0, name)
        + put(1, word("--json"))
        + put(2, name + word(".json") + call(STRING, "concat", f"(L{STRING};)L{STRING};"))
        + put(3, word("--usage"))
        + put(4, word("--quiet"))
        + call(CHECKER, "run", f"([L{STRING};)I")
        + b"\x57"  # pop
        + take(0xB2, pool.field("java/lang/System", "err", f"L{PRINTER};"))
        + name
        + call(PRINTER, "println", f"(L{STRING};)V")
    )
    # while ((name = names.readLine()) != null) check;
    code = names + following + struct.pack(">Bh", 0xC6, 3 + len(check) + 3) + check
    code += struct.pack(">Bh", 0xA7, len(names) - len(code)) + b"\xb1"
    attribute = struct.pack(">HHI", 8, 3, len(code)) + code + bytes(4)
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

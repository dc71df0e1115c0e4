import Observability
import Testing

@Suite("Text on a terminal")
struct DisplayTextTests {
  @Test("what a terminal would obey is shown instead")
  func harmless() {
    #expect(DisplayText.harmless("users") == "users")
    #expect(DisplayText.harmless("a\u{1B}[2Jb\nc\u{7F}\u{9B}") == "a\\u{1B}[2Jb\\u{A}c\\u{7F}\\u{9B}")
    #expect(DisplayText.harmless("x\u{202E}y\u{2028}") == "x\\u{202E}y\\u{2028}")
    #expect(DisplayText.harmless("größe 表") == "größe 表")
  }

  @Test(
    "columns that a text takes",
    arguments: [("abc", 3), ("größe", 5), ("gro\u{308}ße", 5), ("表名", 4), ("😀", 2), ("한글", 4), ("", 0)])
  func width(_ text: String, _ columns: Int) { #expect(DisplayText.width(text) == columns) }

  @Test("the middle is left out")
  func shortened() {
    #expect(DisplayText.shortened("public.users", to: 12) == "public.users")
    #expect(DisplayText.shortened("public.customer_addresses", to: 15) == "public...resses")
    #expect(DisplayText.shortened("表表表表表表", to: 9) == "表...表")
    #expect(DisplayText.shortened("abcdef", to: 2) == "ab")
  }

  @Test("lines are broken at blanks, and within a word only if it alone is too long")
  func wrapped() {
    #expect(DisplayText.wrapped("one two three", to: 10) == ["one two", "three"])
    #expect(DisplayText.wrapped("one two three", to: 20) == ["one two three"])
    #expect(DisplayText.wrapped("one two three", to: 10, indent: 2) == ["one two", "  three"])
    #expect(DisplayText.wrapped("abcdefghijklmno", to: 10) == ["abcdefghij", "klmno"])
    #expect(DisplayText.wrapped("", to: 10) == [""])
    #expect(DisplayText.wrapped("  indented", to: 20) == ["  indented"])
  }

  @Test("a box on a terminal, bare lines elsewhere")
  func box() {
    let message = [
      "[ERROR] Schema mismatch on public.users", "  ALTER TABLE public.users ADD COLUMN phone varchar(20);",
    ]
    #expect(MessageBox.lines(message, color: .red, style: .plain) == message)
    let terminal = TerminalStyle(width: 46, hasColor: false, hasUnicode: true)
    #expect(
      MessageBox.lines(message, color: .red, style: terminal) == [
        "┌─────────────────────────────────────────┐",
        "│ [ERROR] Schema mismatch on public.users │",
        "│   ALTER TABLE public.users ADD COLUMN   │",
        "│     phone varchar(20);                  │",
        "└─────────────────────────────────────────┘",
      ])
    let ascii = TerminalStyle(width: 80, hasColor: false, hasUnicode: false)
    #expect(MessageBox.lines(["x"], color: .red, style: ascii) == ["+---+", "| x |", "+---+"])
  }

  @Test("a bar shows how far it is and fits the terminal")
  func bar() {
    let bar = ProgressBar(title: "public.users", fraction: 0.5, detail: "500 of 1000 rows")
    let ascii = TerminalStyle(width: 100, hasColor: false, hasUnicode: false)
    #expect(
      bar.line(ascii) == "public.users                 [###############...............]  50%  500 of 1000 rows")
    for columns in 20...120 {
      let style = TerminalStyle(width: columns, hasColor: false, hasUnicode: true)
      #expect(DisplayText.width(bar.line(style)) < columns)
    }
    #expect(ProgressBar(title: "t", fraction: 7, detail: "").line(ascii).contains("100%"))
    #expect(!ProgressBar(title: "t", fraction: nil, detail: "").line(ascii).contains("%"))
  }

  @Test(
    "amounts",
    arguments: [
      (0, "0 bytes"), (1023, "1023 bytes"), (1024, "1 kB"), (1536, "1.5 kB"), (812_345, "793 kB"), (1 << 30, "1 GB"),
    ] as [(Int64, String)])
  func bytes(_ bytes: Int64, _ text: String) { #expect(Quantity.bytes(bytes) == text) }

  @Test(
    "times",
    arguments: [(0, "0 s"), (0.44, "0.4 s"), (59, "59 s"), (180, "3 min"), (10_000, "2 h"), (1e30, "11574074074 d")])
  func seconds(_ seconds: Double, _ text: String) { #expect(Quantity.seconds(seconds) == text) }

  @Test("words for a shell")
  func shell() {
    #expect(ShellWord.quoted("public.users") == "public.users")
    #expect(ShellWord.quoted("a b") == "'a b'")
    #expect(ShellWord.quoted("it's") == "'it'\\''s'")
    #expect(ShellWord.quoted("") == "''")
  }
}

import Testing

@testable import SyncEngine

@Suite("Arrays as text")
struct TextArrayTests {
  @Test(
    "read back what was written",
    arguments: [
      [], ["a"], ["", "NULL", nil], ["with \"quotes\"", "back\\slash", "{braces}", "comma, here", " spaces "],
      ["line\nbreak", "ünïcödé"],
    ] as [[String?]])
  func roundTrip(elements: [String?]) {
    #expect(TextArray.elements(of: TextArray.text(elements)) == elements)
  }

  @Test("reads what the server prints")
  func serverForm() {
    #expect(TextArray.elements(of: "{a,NULL,\"b,c\",1}") == ["a", nil, "b,c", "1"])
    #expect(TextArray.onlyElement(of: "{\"{1,2,NULL}\"}") == "{1,2,NULL}")
    // box has another delimiter, so its commas are not quoted.
    #expect(TextArray.onlyElement(of: "{(1,1),(0,0)}") == "(1,1),(0,0)")
  }

  @Test(
    "refuses what is no array",
    arguments: ["", "a", "{", "{a", "{a,}", "{,a}", "{\"a}", "{a}b", "{{a},{b}}", "{a\"b\"}"])
  func malformed(text: String) {
    #expect(TextArray.elements(of: text) == nil)
  }
}

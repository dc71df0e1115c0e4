import PostgresTypes
import Testing

@testable import SchemaDrift

@Suite("Labels that the target's enum lacks")
struct EnumLabelChangeTests {
  private func statements(_ source: [String], _ target: [String], former: [String]? = nil) -> [String] {
    let gaps = EnumLabelChange.gaps(
      from: .enumeration("shop.mood", source), to: .enumeration("shop.mood", target, oid: 99_000))
    return gaps.flatMap { EnumLabelChange.statements(for: $0, formerLabels: former) }
  }

  @Test("come at their place")
  func places() {
    let add = "ALTER TYPE shop.mood ADD VALUE IF NOT EXISTS "
    #expect(
      statements(["first", "sad", "meh", "ok", "la'st"], ["sad", "ok"]) == [
        add + "'first' BEFORE 'sad';", add + "'meh' AFTER 'sad';", add + "'la''st' AFTER 'ok';",
      ])
    #expect(statements(["a\\b"], []) == [add + "E'a\\\\b';"])
    #expect(statements(["a", "b"], ["b", "x", "a"]).isEmpty)
  }

  @Test("are renamed where the source renamed them, and only there")
  func renames() {
    let rename = "ALTER TYPE shop.mood RENAME VALUE "
    let add = "ALTER TYPE shop.mood ADD VALUE IF NOT EXISTS "
    #expect(
      statements(["sad", "glad"], ["sad", "happy"], former: ["sad", "happy"]) == [rename + "'happy' TO 'glad';"])
    #expect(statements(["sad", "glad"], ["sad", "happy"]) == [add + "'glad' AFTER 'sad';"], "nothing is known")
    #expect(
      statements(["sad", "glad"], ["sad"], former: ["sad", "happy"]) == [add + "'glad' AFTER 'sad';"],
      "the target never had the old label")
    #expect(
      statements(["sad", "happy", "glad"], ["sad", "happy"], former: ["sad", "happy"])
        == [add + "'glad' AFTER 'happy';"])
  }

  @Test("end up in the source's order, whatever is missing")
  func order() throws {
    let labels = (1...7).map { "l\($0)" }
    var generator = SchemaGenerator(seed: 3)
    for _ in 0..<300 {
      let present = labels.filter { _ in generator.chance(50) }
      var result = present
      for statement in statements(labels, present) {
        // ALTER TYPE shop.mood ADD VALUE IF NOT EXISTS 'label' AFTER 'other';
        let words = statement.filter { $0 != "'" && $0 != ";" }.split(separator: " ").map(String.init)
        let place = words.count > 9 ? try #require(result.firstIndex(of: words[10])) : 0
        result.insert(words[8], at: words.count > 9 && words[9] == "AFTER" ? place + 1 : place)
      }
      #expect(result == labels, "from \(present)")
    }
  }
}

import Foundation
import Testing

@Suite("pgsyncd schema diff against a server")
struct SchemaDiffCommandTests {
  @Test("tables that fit: exit 0; a drifted one: exit 2 with the SQL; an unknown one: 64")
  func diff() throws {
    let pipeline = try PreparedPipeline()
    let same = try pipeline.run("schema", "diff", "--table", "users")
    #expect(same.status == 0 && same.output.contains("2 in common, 0 source only"), "\(same)")
    try pipeline.drift()
    let drifted = try pipeline.run("schema", "diff", "--table", "users")
    #expect(drifted.status == 2 && drifted.output.contains("ALTER TABLE public.users ADD COLUMN phone text;"))
    #expect(drifted.output.contains("Sync status: schema_mismatch (source_added_column)"))
    let json = try pipeline.run("schema", "diff", "--table", "users", "--json")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(json.status == 2 && object["sync_status"] as? String == "schema_mismatch")
    let unknown = try pipeline.run("schema", "diff", "--table", "usres")
    #expect(unknown.status == 64 && unknown.errors.contains("did you mean 'public.users'?"))
  }
}

import PostgresTypes
import SchemaDrift
import Testing

@testable import SyncConfiguration

@Suite("Override flags")
struct OverrideFlagsTests {
  private func flags(_ change: (inout OverrideFlags) -> Void) -> OverrideFlags {
    var flags = OverrideFlags()
    change(&flags)
    return flags
  }

  private func policy(_ flags: OverrideFlags, of table: String = "public.users") throws -> DriftPolicy {
    let name = try #require(QualifiedName(parsing: table))
    return PolicyBook(flags: try flags.layer().policies).policy(for: name)
  }

  private func refusal(_ flags: OverrideFlags) -> String {
    do throws(ConfigurationError) {
      _ = try flags.layer()
      return "accepted"
    } catch {
      return error.description
    }
  }

  @Test("nothing given says nothing")
  func nothing() throws {
    #expect(try OverrideFlags().layer() == OverrideLayer())
    #expect(try policy(OverrideFlags()) == .strict)
    #expect(try flags { $0.force = true }.layer() == OverrideLayer(), "--force alone allows nothing")
  }

  @Test("columns: table or schema.table, several with commas, quoted parts")
  func columns() throws {
    let given = flags {
      $0.skipColumns = ["users.phone, shop.users.fax", #""a,b"."c.d"."e""f",users.Name"#]
      $0.preserveColumns = ["users.old"]
      $0.nullRemovedColumns = ["users.gone"]
    }
    let users = try policy(given)
    #expect(users.skipColumns == ["phone", "Name"])
    #expect(users.preserveColumns == ["old"] && users.nullRemovedColumns == ["gone"])
    #expect(try policy(given, of: "shop.users").skipColumns == ["fax"])
    #expect(try policy(given, of: #""a,b"."c.d""#).skipColumns == [#"e"f"#])
    #expect(try policy(given, of: "public.other") == .strict)
  }

  @Test("casts: the type is everything after the first colon outside of quotes")
  func casts() throws {
    let given = flags {
      $0.allowTypeCast = [#"users.price:numeric(10,2),users."a:b": double precision"#, "users.price:numeric(10,2)"]
    }
    #expect(try policy(given).allowTypeCasts == ["price": "numeric(10,2)", "a:b": "double precision"])
  }

  @Test("what can lose data everywhere needs --force")
  func force() throws {
    let dangerous: [(String, (inout OverrideFlags) -> Void)] = [
      ("--allow-all-type-casts", { $0.allowAllTypeCasts = true }),
      ("--allow-schema-drift=type_casts", { $0.allowSchemaDrift = ["source_superset,type_casts"] }),
      ("--allow-schema-drift=all", { $0.allowSchemaDrift = ["all"] }),
      ("--schema-validation=disabled", { $0.schemaValidation = "disabled" }),
    ]
    for (name, change) in dangerous {
      #expect(refusal(flags(change)).contains("\(name) needs --force"), "\(name)")
      let forced = flags {
        change(&$0)
        $0.force = true
      }
      #expect(refusal(forced) == "accepted")
    }
  }

  @Test("kinds of drift and validation")
  func kinds() throws {
    #expect(
      try policy(flags { $0.allowSchemaDrift = ["source_superset"] }) == DriftPolicy(sourceAddedColumns: .skip))
    let superset = try flags { $0.allowSchemaDrift = ["target_superset"] }.layer().general
    #expect(superset == PolicyOverrides(targetAddedColumns: .allow, sourceRemovedColumns: .preserve))
    let all = try policy(
      flags {
        $0.allowSchemaDrift = ["all"]
        $0.force = true
      })
    #expect(
      all == DriftPolicy(sourceAddedColumns: .skip, sourceRemovedColumns: .preserve, typeMismatches: .castAlways))
    #expect(try policy(flags { $0.schemaValidation = "warn-only" }).validation == .permissive)
    #expect(try flags { $0.schemaValidation = "strict" }.layer().general.validation == .strict)
  }

  @Test(
    "contradictions say both sides",
    arguments: [
      (["a.x"], ["a.x"], [], [], "public.a.x cannot be preserved and skipped (--skip-columns)"),
      ([], ["a.x"], ["public.a.x"], [], "public.a.x cannot be set to NULL and preserved (--preserve-columns)"),
      (["a.x"], [], ["a.x"], [], "public.a.x cannot be set to NULL and skipped"),
      ([], [], [], ["a.x:int", "a.x:text"], "public.a.x cannot be cast to text and cast to int"),
      (["a.x"], [], [], ["a.x:int"], "public.a.x cannot be cast to int and skipped"),
      (["a.x,a.x"], ["b.x"], ["a.y"], ["a.z:int,a.z:INT"], "accepted"),
    ] as [([String], [String], [String], [String], String)])
  func contradictions(
    skip: [String], preserve: [String], null: [String], casts: [String], says: String
  ) {
    let text = refusal(
      flags {
        ($0.skipColumns, $0.preserveColumns, $0.nullRemovedColumns, $0.allowTypeCast) = (skip, preserve, null, casts)
      })
    #expect(text.contains(says), "\(text)")
  }

  @Test("bad values name the flag, what is allowed and what was probably meant")
  func badValues() {
    #expect(refusal(flags { $0.skipColumns = ["phone"] }).contains("--skip-columns: bad value 'phone'"))
    for text in ["", "a..b", "a.b.c.d", #"a."b"#, "a.b,"] {
      #expect(refusal(flags { $0.preserveColumns = [text] }).contains("Allowed: table.column or"), "\(text)")
    }
    for text in ["a.b", "a.b:", "a:int", #""a.b:int"#] {
      #expect(refusal(flags { $0.allowTypeCast = [text] }).contains("--allow-type-cast: bad value"), "\(text)")
    }
    #expect(refusal(flags { $0.allowSchemaDrift = ["source_supreset"] }).contains("did you mean 'source_superset'?"))
    #expect(refusal(flags { $0.schemaValidation = "permissive" }).contains("did you mean 'warn-only'?"))
    #expect(refusal(flags { $0.schemaValidation = "off" }).contains("Allowed: strict, warn-only, disabled"))
  }
}

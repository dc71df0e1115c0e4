import PostgresTypes
import SchemaDrift

/// Two tables of the same name that have drifted apart.
enum SampleSchemas {
  static let source = table([
    column("id", "bigint", oid: 20, isNotNull: true), column("name", "character varying(20)", oid: 1043, modifier: 24),
    column("price", "numeric(10,2)", oid: 1700, modifier: 655_366), column("phone", "text", oid: 25),
  ])
  static let target = table([
    column("id", "bigint", oid: 20, isNotNull: true), column("name", "character varying(30)", oid: 1043, modifier: 34),
    column("price", "integer", oid: 23), column("note", "text", oid: 25),
  ])

  static var verdict: CompatibilityVerdict { Judgement(source: source, target: target).verdict() }
  static var sameVerdict: CompatibilityVerdict {
    var other = source
    other.name = QualifiedName(schema: "shop", name: "Orders")
    return Judgement(source: other, target: other).verdict()
  }

  private static func table(_ columns: [ColumnSchema]) -> TableSchema {
    TableSchema(
      oid: OID(rawValue: 16_385), name: QualifiedName(schema: "public", name: "users"), kind: .ordinary,
      columns: columns,
      keys: [KeySchema(name: "users_pkey", columns: ["id"], isPrimary: true)],
      primaryKey: ["id"], replicaIdentity: .default, identityColumns: ["id"])
  }

  private static func column(
    _ name: String, _ type: String, oid: UInt32, modifier: Int32 = -1, isNotNull: Bool = false
  ) -> ColumnSchema {
    let names: [UInt32: String] = [20: "int8", 23: "int4", 25: "text", 1043: "varchar", 1700: "numeric"]
    return ColumnSchema(
      name: name,
      type: TypeReference(
        oid: OID(rawValue: oid), name: QualifiedName(schema: "pg_catalog", name: names[oid] ?? ""), modifier: modifier,
        sqlName: type),
      isNotNull: isNotNull)
  }
}

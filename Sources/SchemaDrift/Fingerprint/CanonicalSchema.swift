import PostgresTypes

/// The canonical text of a table: what its fingerprint is taken of.
///
/// ```
/// pgsyncd schema 1
/// column "id" type "pg_catalog"."int8" not-null identity a
/// column "email" type "pg_catalog"."varchar" modifier 44 default "''::character varying"
/// column "mood" type "shop"."mood" enum("sad","happy")
/// column "total" type "pg_catalog"."numeric" modifier 655366 generated s "(price * (2)::numeric)"
/// primary-key "id"
/// replica-identity d "id"
/// ```
///
/// - The first line names the version of this form. Another form gets another number, and with it every fingerprint
///   changes; so it is raised only when the contents below change.
/// - One line a column, in attribute order: name; type; `not-null`; `default` with its expression; `generated` with
///   its kind and expression; `identity` with its kind; `collation` where it is not the type's own. What a column does
///   not have is left out.
/// - A type is its schema and name, its modifier (`atttypmod`: length, precision and scale) if it has one, and what it
///   is made of: `array(T)`, `enum("…",…)`, `domain(T not-null check "…")`, `composite("name" T,…)`, `range(T)`,
///   `multirange(T)`; nothing for a base type. OIDs are left out: those of user-defined types differ from server to
///   server.
/// - The primary key in key order, and the replica identity with the columns that it sends. Neither line's columns
///   depend on the order of the table's columns.
/// - The table's own name is not part of it: renaming a table leaves its fingerprint alone.
///
/// Every name and every expression is a quoted string in which `"`, `\` and line ends are escaped; everything else is
/// a fixed word, a number or a letter. So no name can imitate the text around it, and two tables that differ in any of
/// these contents have different texts.
public enum CanonicalSchema {
  /// The number in the first line.
  public static let version = 1

  /// The canonical text of a table, lines ended by `\n`.
  public static func text(of table: TableSchema) -> String {
    var lines = ["pgsyncd schema \(version)"]
    lines += table.columns.map(line)
    if !table.primaryKey.isEmpty {
      lines.append("primary-key " + table.primaryKey.map(quoted).joined(separator: " "))
    }
    let identity = table.identityColumns.sorted { NameKey($0) < NameKey($1) }
    lines.append((["replica-identity", table.replicaIdentity.rawValue] + identity.map(quoted)).joined(separator: " "))
    return lines.map { $0 + "\n" }.joined()
  }

  private static func line(_ column: ColumnSchema) -> String {
    var words = ["column", quoted(column.name), "type", text(of: column.type)]
    if column.isNotNull { words.append("not-null") }
    if let expression = column.defaultExpression { words += ["default", quoted(expression)] }
    if let generated = column.generated {
      words += ["generated", generated.kind.rawValue, quoted(generated.expression)]
    }
    if let identity = column.identity { words += ["identity", identity.rawValue] }
    if let collation = column.collation { words += ["collation", text(of: collation)] }
    return words.joined(separator: " ")
  }

  /// The canonical text of a type.
  static func text(of type: TypeReference) -> String {
    var words = [text(of: type.name)]
    if type.modifier != -1 { words += ["modifier", String(type.modifier)] }
    if let definition = text(of: type.definition) { words.append(definition) }
    return words.joined(separator: " ")
  }

  private static func text(of definition: TypeDefinition) -> String? {
    switch definition {
    case .base: nil
    case .pseudo: "pseudo"
    case .unknown: "unknown"
    case .array(let element): "array(" + text(of: element) + ")"
    case .enumeration(let labels): "enum(" + labels.map(quoted).joined(separator: ",") + ")"
    case .domain(let base, let isNotNull, let checks):
      "domain(" + text(of: base) + (isNotNull ? " not-null" : "")
        + checks.map { " check " + quoted($0) }.joined() + ")"
    case .composite(let attributes):
      "composite(" + attributes.map { quoted($0.name) + " " + text(of: $0.type) }.joined(separator: ",") + ")"
    case .range(let subtype): "range(" + text(of: subtype) + ")"
    case .multirange(let range): "multirange(" + text(of: range) + ")"
    }
  }

  private static func text(of name: QualifiedName) -> String { quoted(name.schema) + "." + quoted(name.name) }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

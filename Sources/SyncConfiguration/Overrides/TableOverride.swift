import PostgresTypes
import SchemaDrift

/// What was said of one table, or of one of its columns, and where it was said.
public struct TableOverride: Hashable, Sendable {
  /// What was said.
  public enum Subject: Hashable, Sendable {
    /// The source's column is left out.
    case skip(String)
    /// The target's column keeps its values when the source has dropped it.
    case preserve(String)
    /// The target's column is set to NULL when the source has dropped it.
    case null(String)
    /// The column's values may be cast to this type.
    case cast(String, type: String)
    /// Settings of the whole table.
    case settings(PolicyOverrides)
  }

  /// The table, by its name on the source.
  public var table: QualifiedName
  /// What was said.
  public var subject: Subject
  /// Where.
  public var origin: SettingOrigin

  /// Joins the three.
  public init(table: QualifiedName, subject: Subject, origin: SettingOrigin) {
    self.table = table
    self.subject = subject
    self.origin = origin
  }

  /// The column that is named; nil if the whole table is meant.
  public var column: String? {
    switch subject {
    case .skip(let column), .preserve(let column), .null(let column), .cast(let column, _): column
    case .settings: nil
    }
  }

  /// The same as a policy's overrides.
  var overrides: PolicyOverrides {
    switch subject {
    case .skip(let column): PolicyOverrides(skipColumns: [column])
    case .preserve(let column): PolicyOverrides(preserveColumns: [column])
    case .null(let column): PolicyOverrides(nullRemovedColumns: [column])
    case .cast(let column, let type): PolicyOverrides(allowTypeCasts: [column: type])
    case .settings(let settings): settings
    }
  }

  /// What becomes of the column, as a participle: `skipped`.
  var effect: String {
    switch subject {
    case .skip: "skipped"
    case .preserve: "preserved"
    case .null: "set to NULL"
    case .cast(_, let type): "cast to \(type)"
    case .settings: "set"
    }
  }
}

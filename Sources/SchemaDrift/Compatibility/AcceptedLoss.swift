/// What the target does not get, or gets changed, by the operator's leave.
public struct AcceptedLoss: Hashable, Sendable {
  /// What kind of loss it is.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// A column of the source is not applied.
    case skippedColumn = "skipped_column"
    /// Values are cast to a type that does not hold all of them.
    case castColumn = "cast_column"
    /// A column that the source has dropped keeps its values.
    case keptColumn = "kept_column"
    /// A column that the source has dropped is set to NULL in rows that change.
    case nulledColumn = "nulled_column"
  }

  /// What kind of loss it is.
  public var kind: Kind
  /// The column: of the target if the source has dropped it, else of the source.
  public var column: String
  /// The loss in one sentence; the same loss is always told in the same words.
  public var what: String
  /// The setting that allows it, by its name in `pgsyncd.yaml`.
  public var leave: String
  /// Where that was said; nil if it is not known.
  public var place: PolicyPlace?

  /// Puts a loss together.
  public init(kind: Kind, column: String, what: String, leave: String, place: PolicyPlace? = nil) {
    self.kind = kind
    self.column = column
    self.what = what
    self.leave = leave
    self.place = place
  }
}

extension Judgement {
  /// The losses of a verdict.
  ///
  /// - Parameter findings: all that were found, before a lenient validation changed or dropped them.
  func losses(_ assembly: VerdictAssembly, _ findings: [Finding]) -> [AcceptedLoss] {
    var losses = assembly.skipped.filter(\.isLoss).map(loss(ofSkipped:))
    let exact = Set(assembly.mappings.filter { $0.check == .exactRoundTrip }.map { NameKey($0.source) })
    for finding in findings {
      guard let column = finding.column else { continue }
      switch finding.reason {
      case .unsafeCast where finding.severity == .warning && !exact.contains(NameKey(column)):
        losses.append(loss(ofCast: finding, column))
      // What is still blocked here goes on because nothing is enforced.
      case .unsafeCast where finding.severity == .blocked && policy.validation != .strict:
        losses.append(unenforced(.castColumn, column, finding))
      case .sourceRemovedColumn where finding.severity == .blocked && policy.validation != .strict:
        losses.append(unenforced(.keptColumn, column, finding))
      case .sourceRemovedColumn where finding.severity != .blocked:
        losses.append(loss(ofRemoved: finding, column, isNulled: assembly.nulled.contains(column)))
      default: break
      }
    }
    var seen: Set<NameKey> = []
    return losses.filter { seen.insert(NameKey($0.what)).inserted }
  }

  private func loss(ofSkipped column: SkippedColumn) -> AcceptedLoss {
    let what = "Source column \(DisplayName.quoted(column.name)) is not applied (\(column.reason.rawValue))"
    let (leave, place): (String, PolicyPlace?) =
      switch column.reason {
      case .override: ("skip_columns", policy.place { $0.skipColumns.contains(column.name) })
      case .policy: ("source_added_columns: skip", policy.place { $0.sourceAddedColumns == .skip })
      default: (validationLeave, validationPlace)
      }
    return AcceptedLoss(kind: .skippedColumn, column: column.name, what: what, leave: leave, place: place)
  }

  private func loss(ofCast finding: Finding, _ column: String) -> AcceptedLoss {
    let place = policy.place { overrides in overrides.allowTypeCasts.keys.contains { $0.isSameName(as: column) } }
    let isNamed = policy.allowTypeCasts.keys.contains { $0.isSameName(as: column) }
    return AcceptedLoss(
      kind: .castColumn, column: column, what: finding.error,
      leave: isNamed ? "allow_type_cast" : "type_mismatches: cast_always",
      place: isNamed ? place : policy.place { $0.typeMismatches == .castAlways })
  }

  private func loss(ofRemoved finding: Finding, _ column: String, isNulled: Bool) -> AcceptedLoss {
    let named = isNulled ? policy.nullRemovedColumns : policy.preserveColumns
    let general = isNulled ? DriftPolicy.SourceRemovedColumns.null : .preserve
    let isNamed = named.contains(column)
    return AcceptedLoss(
      kind: isNulled ? .nulledColumn : .keptColumn, column: column, what: finding.error,
      leave: isNamed
        ? (isNulled ? "null_removed_columns" : "preserve_columns") : "source_removed_columns: \(general.rawValue)",
      place: policy.place { overrides in
        isNamed
          ? (isNulled ? overrides.nullRemovedColumns : overrides.preserveColumns).contains(column)
          : overrides.sourceRemovedColumns == general
      })
  }

  private func unenforced(_ kind: AcceptedLoss.Kind, _ column: String, _ finding: Finding) -> AcceptedLoss {
    AcceptedLoss(kind: kind, column: column, what: finding.error, leave: validationLeave, place: validationPlace)
  }

  private var validationLeave: String { "validation: \(policy.validation.rawValue)" }

  private var validationPlace: PolicyPlace? { policy.place { $0.validation == policy.validation } }
}

extension GeneratedColumn {
  /// `GENERATED ALWAYS AS (…)` with its kind. A virtual column is stored where the target is too old for it.
  ///
  /// - Parameter version: the target's version as a number, `180000`; nil if it is not known.
  func clause(onTarget version: Int32?) -> String {
    let isVirtual = kind == .virtual && (version ?? 180_000) >= 180_000
    return "GENERATED ALWAYS AS (\(expression)) \(isVirtual ? "VIRTUAL" : "STORED")"
  }
}

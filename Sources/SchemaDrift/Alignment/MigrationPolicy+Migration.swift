extension MigrationPolicy {
  /// The migration that this policy makes of a verdict; nil if the table has to stop.
  public func migration(for judgement: Judgement, _ verdict: CompatibilityVerdict) -> AutomaticMigration? {
    guard isOn else { return nil }
    return AutomaticMigration(
      judgement, verdict, allowing: Set(changes.compactMap { SchemaChange(rawValue: $0.rawValue) }))
  }
}

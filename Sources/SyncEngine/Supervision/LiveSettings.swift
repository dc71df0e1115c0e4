import SchemaDrift

/// The settings that a running service takes anew from its configuration file (SIGHUP).
public struct LiveSettings: Hashable, Sendable {
  /// What the operator allows when schemas differ, for all tables and for single ones.
  public var policies = PolicyBook()
  /// How often the catalogs of both sides are compared.
  public var validationInterval = Duration.seconds(60)
  /// True if a stopped table resumes by itself once the schemas fit.
  public var autoResume = false
  /// Which drift is carried out on the target by itself.
  public var migration = MigrationPolicy()
  /// What may be parked for one table.
  public var parkingMaxBytes: Int64 = 10 << 30
  /// What happens then: true: that table's parked changes are given up, and it is copied anew; false: the stream rests.
  public var resyncsAtParkingLimit = false

  /// The defaults.
  public init() {}
}

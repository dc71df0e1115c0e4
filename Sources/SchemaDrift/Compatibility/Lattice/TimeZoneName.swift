/// Names of time zones.
enum TimeZoneName {
  /// True for the names of the zone that the apply session is pinned to, or that never differ from it.
  static func isUTC(_ name: String) -> Bool {
    ["utc", "etc/utc", "gmt", "etc/gmt", "uct", "etc/uct", "zulu", "etc/zulu"].contains(name.lowercased())
  }
}

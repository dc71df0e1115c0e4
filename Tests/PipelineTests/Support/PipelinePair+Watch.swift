import PostgresClusters

extension PipelinePair {
  /// Starts the service with settings of the `schema` section, and the catalogs looked at five times a second.
  func startWatching(_ settings: String..., interval: String = "200ms") throws -> Program {
    let file = try TemporaryFile(
      (["schema:", "  validation_interval: \(interval)"] + settings.map { "  \($0)" } + [""]).joined(separator: "\n"))
    let service = try startStreaming("--http-listen", "off", "--config", file.path)
    // The service has read its settings by now.
    withExtendedLifetime(file) {}
    try target.waitFor(
      "the watch has looked", trueOf: "SELECT count(*) = 0 FROM pgsyncd.tables WHERE watched IS NULL")
    return service
  }

  /// What the catalog has of a table: state, reason, needs_repair.
  func condition(of table: String) throws -> [String?] {
    try target.query(
      "SELECT state, reason, needs_repair FROM pgsyncd.tables WHERE table_name = '\(table)'"
    ).first ?? []
  }

  /// Waits until a table has stopped for a reason.
  func wait(for table: String, toStopFor reason: String) throws {
    try target.waitFor(
      "\(table) stops for \(reason)",
      trueOf: """
        SELECT coalesce(bool_and(state = 'stopped' AND reason = '\(reason)'), false) FROM pgsyncd.tables
        WHERE table_name = '\(table)'
        """)
  }

  /// Waits until a table that goes on has a warning that contains a text.
  func wait(for table: String, toWarnOf text: String) throws {
    try target.waitFor(
      "\(table) warns of \(text)",
      trueOf: """
        SELECT coalesce(bool_and(state = 'streaming' AND array_to_string(warnings, '; ') LIKE '%\(text)%'), false)
        FROM pgsyncd.tables WHERE table_name = '\(table)'
        """)
  }

  /// Waits until a table needs repair, and for what.
  func wait(for table: String, toNeedRepairFor reason: String) throws {
    try target.waitFor(
      "\(table) needs repair for \(reason)",
      trueOf: """
        SELECT coalesce(bool_and(needs_repair LIKE '\(reason)%'), false) FROM pgsyncd.tables
        WHERE table_name = '\(table)'
        """)
  }
}

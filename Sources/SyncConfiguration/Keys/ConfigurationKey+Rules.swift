import SchemaDrift

extension ConfigurationKey {
  /// What the key takes.
  var rule: ConfigurationRule {
    switch self {
    case .source, .target: .connection
    case .pipeline: Self.pipelineRule
    case .publication: .name(allowed: "a name of 1 to 63 bytes", isValid: { (1...63).contains($0.utf8.count) })
    case .slot: Self.slotRule
    case .tablesInclude, .tablesExclude: .patterns
    case .copyWorkers: .integer(1...64)
    case .copySplitTablesLargerThan: .size(1 << 20...1 << 50)
    case .applyWorkers: .integer(1...64)
    case .applyMaxBatchBytes: .size(1 << 16...1 << 30)
    case .applyMemory: .size(1 << 24...1 << 40)
    case .parkingMaxBytes: .size(1 << 10...1 << 50)
    case .parkingOnLimit: .choice(["stop", "resync"])
    case .schemaTimezone: .nonemptyText
    case .schemaValidationInterval: .duration(100...86_400_000)
    case .schemaTableOverrides: .overrides
    case .httpListen: Self.listenRule
    case .metricsNamespace, .metricsDeployment: .text
    case .logLevel: .choice(LogLevel.allCases.map(\.rawValue))
    case .logFormat: .choice(LogFormat.allCases.map(\.rawValue))
    default: schemaRule
    }
  }

  private var schemaRule: ConfigurationRule {
    switch self {
    case .schemaValidation: Self.choice(DriftPolicy.Validation.self)
    case .schemaSourceAddedColumns: Self.choice(DriftPolicy.SourceAddedColumns.self)
    case .schemaTargetAddedColumns: Self.choice(DriftPolicy.TargetAddedColumns.self)
    case .schemaSourceRemovedColumns: Self.choice(DriftPolicy.SourceRemovedColumns.self)
    case .schemaTypeMismatches: Self.choice(DriftPolicy.TypeMismatches.self)
    case .schemaNewTables: Self.choice(DriftPolicy.NewTables.self)
    case .schemaAutoMigrateTypes:
      .words(MigrationPolicy.Change.allCases.map(\.rawValue))
    default: .choice(["true", "false"])
    }
  }

  private static func choice<Word: RawRepresentable<String> & CaseIterable>(_ type: Word.Type) -> ConfigurationRule {
    .choice(Word.allCases.map(\.rawValue))
  }

  /// What holds when nothing is said; nil where that depends on other settings.
  var defaultText: String? {
    switch self {
    case .source, .target, .publication, .slot, .tablesInclude, .tablesExclude: nil
    case .schemaAutoMigrateTypes, .schemaTableOverrides: nil
    case .pipeline: "pgsyncd"
    case .copyWorkers: "4"
    case .copySplitTablesLargerThan: "1GB"
    case .applyWorkers: "1"
    case .applyMaxBatchBytes: "16MB"
    case .applyMemory: "256MB"
    case .parkingMaxBytes: "10GB"
    case .schemaValidationInterval: "60s"
    case .schemaTargetAddedColumns: "allow"
    case .schemaTimezone: "UTC"
    case .schemaValidation: "strict"
    case .schemaSafeCastsAllowed, .schemaRequireApproval: "true"
    case .schemaAutoResume, .schemaAutoMigrate: "false"
    case .httpListen: HTTPListen.defaultAddress
    case .metricsNamespace, .metricsDeployment: ""
    case .logLevel: LogLevel.info.rawValue
    case .logFormat: LogFormat.text.rawValue
    case .parkingOnLimit, .schemaSourceAddedColumns, .schemaSourceRemovedColumns, .schemaTypeMismatches,
      .schemaNewTables:
      "stop"
    }
  }

  /// True if this version does what the key says. Of the others it takes the default only, and says so: a setting
  /// that is read but not obeyed would be worse than an error.
  var isSupported: Bool { !Self.unsupported.contains(self) }

  /// What is read already and not obeyed yet: the one list to shorten when a feature is there.
  private static let unsupported: Set<ConfigurationKey> = [
    .applyWorkers
  ]

  private static let pipelineRule = ConfigurationRule.name(
    allowed: "1 to 40 of the characters a-z, 0-9 and _", isValid: { (1...40).contains($0.utf8.count) && isPlain($0) })

  // What the server demands of a slot's name (`ReplicationSlotValidateName`, replication/slot.c).
  private static let slotRule = ConfigurationRule.name(
    allowed: "1 to 63 of the characters a-z, 0-9 and _", isValid: { (1...63).contains($0.utf8.count) && isPlain($0) })

  private static let listenRule = ConfigurationRule.name(
    allowed: "HOST:PORT or off",
    isValid: { text in
      guard text != "off" else { return true }
      guard let colon = text.lastIndex(of: ":"), colon != text.startIndex else { return false }
      return UInt16(text[text.index(after: colon)...]) != nil
    })

  @Sendable private static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        || $0 == UInt8(ascii: "_")
    }
  }
}

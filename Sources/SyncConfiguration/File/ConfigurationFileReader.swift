import Yams

/// Turns the text of a configuration file into settings, each with its line and column.
struct ConfigurationFileReader {
  /// How the file is called in messages.
  var path: String
  var environment: [String: String]

  /// Reads the whole text. Every key must be known and every value of its key's kind, whether it is used or not.
  func layer(of text: String) throws(ConfigurationError) -> SettingLayer {
    guard let root = try compose(text) else { return SettingLayer() }
    guard case .mapping(let mapping) = root else {
      throw ConfigurationError(
        "the configuration must be a mapping of keys to values", at: origin(of: root),
        allowed: ConfigurationKey.names(in: nil).joined(separator: ", "))
    }
    var layer = SettingLayer()
    for (keyNode, value) in mapping {
      let name = try keyName(keyNode, in: nil)
      if ConfigurationKey.sections.contains(name) {
        try readSection(name, value, into: &layer)
      } else {
        try readSetting(name, keyNode, value, section: nil, into: &layer)
      }
    }
    return layer
  }

  private func readSection(_ section: String, _ node: Node, into layer: inout SettingLayer) throws(ConfigurationError) {
    guard case .mapping(let mapping) = node else {
      throw ConfigurationError(
        "'\(section)' is a section and takes keys of its own", at: origin(of: node), key: section,
        allowed: ConfigurationKey.names(in: section).joined(separator: ", "))
    }
    for (keyNode, value) in mapping {
      let name = try keyName(keyNode, in: section)
      try readSetting(name, keyNode, value, section: section, into: &layer)
    }
  }

  private func readSetting(
    _ name: String, _ keyNode: Node, _ value: Node, section: String?, into layer: inout SettingLayer
  ) throws(ConfigurationError) {
    let path = section.map { "\($0).\(name)" } ?? name
    guard let key = ConfigurationKey(rawValue: path) else { throw unknownKey(name, keyNode, section: section) }
    if key == .schemaTableOverrides {
      let overrides = try tableOverrides(value)
      layer.settings[key] = RawSetting(value: .overrides(overrides), origin: origin(of: value), shown: "a list")
      return
    }
    let raw = try setting(key, value)
    try key.check(raw)
    layer.settings[key] = raw
  }

  private func setting(_ key: ConfigurationKey, _ node: Node) throws(ConfigurationError) -> RawSetting {
    let origin = origin(of: node)
    switch node {
    case .scalar(let scalar):
      guard !isNothing(scalar) else {
        throw ConfigurationError(
          "'\(key.rawValue)' has no value", at: origin, key: key.rawValue, allowed: key.rule.allowed)
      }
      let value = try expand(scalar.string, key: key, at: origin)
      return RawSetting(value: value, origin: origin, shown: scalar.string)
    case .sequence(let sequence):
      let scalars = sequence.compactMap(\.scalar)
      guard scalars.count == sequence.count else {
        return RawSetting(value: .structure, origin: origin, shown: "a list")
      }
      var texts: [String] = []
      for (scalar, item) in zip(scalars, sequence) {
        switch try expand(scalar.string, key: key, at: self.origin(of: item)) {
        case .text(let text): texts.append(text)
        case let other: return RawSetting(value: other, origin: self.origin(of: item), shown: scalar.string)
        }
      }
      let shown = "[" + scalars.map(\.string).joined(separator: ", ") + "]"
      return RawSetting(value: .list(texts), origin: origin, shown: shown)
    case .mapping:
      return RawSetting(value: .structure, origin: origin, shown: "a mapping")
    case .alias:
      throw ConfigurationError("'\(key.rawValue)' refers to an anchor that is not there", at: origin, key: key.rawValue)
    }
  }

  /// `key:` and `key: ~`. The word null is a value of its own for some keys, and an empty quoted text for others.
  private func isNothing(_ scalar: Node.Scalar) -> Bool {
    guard scalar.style == .plain || scalar.style == .any else { return false }
    return scalar.string.isEmpty || scalar.string == "~"
  }

  private func expand(
    _ text: String, key: ConfigurationKey, at origin: SettingOrigin
  ) throws(ConfigurationError) -> RawSetting.Value {
    switch VariableExpansion.expand(text, environment: environment) {
    case .text(let expanded): return .text(expanded)
    case .unset(let variable): return .unresolved(variable: variable)
    case .malformed:
      throw ConfigurationError(
        "'\(key.rawValue)' has a '${' without a variable's name and '}' after it; write '$${' for a literal '${'",
        at: origin, key: key.rawValue)
    }
  }

  func keyName(_ node: Node, in section: String?) throws(ConfigurationError) -> String {
    guard case .scalar(let scalar) = node else {
      throw ConfigurationError(
        "a key must be a word", at: origin(of: node),
        allowed: ConfigurationKey.names(in: section).joined(separator: ", "))
    }
    return scalar.string
  }

  private func unknownKey(_ name: String, _ node: Node, section: String?) -> ConfigurationError {
    let path = section.map { "\($0).\(name)" } ?? name
    let siblings = ConfigurationKey.names(in: section)
    // A key that is right but stands in the wrong section is more likely than a slip of the finger.
    let elsewhere = ConfigurationKey.allCases.first { $0.name == name }?.rawValue
    let near = NearestName.likely(for: name, among: siblings)
    let nearest = NearestName.likely(for: path, among: ConfigurationKey.allCases.map(\.rawValue))
    return ConfigurationError(
      "unknown key '\(path)'", at: origin(of: node), key: path, allowed: siblings.joined(separator: ", "),
      suggestion: elsewhere ?? near.map { near in section.map { "\($0).\(near)" } ?? near } ?? nearest)
  }

  func origin(of node: Node) -> SettingOrigin {
    .file(path: path, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
  }

  private func compose(_ text: String) throws(ConfigurationError) -> Node? {
    do {
      return try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw syntaxError(error)
    } catch {
      throw ConfigurationError("the configuration file '\(path)' cannot be read: \(error)")
    }
  }

  private func syntaxError(_ error: YamlError) -> ConfigurationError {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let place = context.map { " \($0.text)" } ?? ""
      return ConfigurationError("not valid YAML: \(problem)\(place)", at: origin(at: mark))
    case .duplicatedKeysInMapping(let duplicates, let context):
      return ConfigurationError(
        "the key '\(duplicates.sorted().joined(separator: "', '"))' stands twice in one mapping",
        at: origin(at: context.mark), key: duplicates.sorted().first)
    case .reader(let problem, let offset, _, let yaml):
      let before = yaml.prefix(offset ?? 0)
      let line = before.count { $0.isNewline } + 1
      let column = before.reversed().prefix { !$0.isNewline }.count + 1
      return ConfigurationError("not valid YAML: \(problem)", at: .file(path: path, line: line, column: column))
    default:
      return ConfigurationError("the configuration file '\(path)' is not valid YAML")
    }
  }

  private func origin(at mark: Mark) -> SettingOrigin { .file(path: path, line: mark.line, column: mark.column) }
}

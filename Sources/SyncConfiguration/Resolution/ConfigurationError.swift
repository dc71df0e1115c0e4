/// A setting that cannot be used. It is an error of usage: the command ends with exit code 64.
public struct ConfigurationError: Error, Hashable, Sendable {
  /// Where the setting was given; nil if it is missing altogether.
  public var origin: SettingOrigin?
  /// The whole key, such as `apply.memory`; nil if the file as such is at fault.
  public var key: String?
  /// What is wrong, as the first part of a sentence.
  public var problem: String
  /// Which values, or keys, there are.
  public var allowed: String?
  /// The valid name that was probably meant.
  public var suggestion: String?

  /// Puts an error together.
  public init(
    _ problem: String, at origin: SettingOrigin? = nil, key: String? = nil, allowed: String? = nil,
    suggestion: String? = nil
  ) {
    self.problem = problem
    self.origin = origin
    self.key = key
    self.allowed = allowed
    self.suggestion = suggestion
  }
}

extension ConfigurationError: CustomStringConvertible {
  /// `pgsyncd.yaml:7:3: unknown key 'apply.memry'; did you mean 'apply.memory'? Allowed: …`
  public var description: String {
    var text = origin.map { "\($0): " } ?? ""
    text += problem
    if let suggestion { text += "; did you mean '\(suggestion)'?" }
    if let allowed { text += (suggestion == nil ? ". " : " ") + "Allowed: \(allowed)" }
    return text
  }
}

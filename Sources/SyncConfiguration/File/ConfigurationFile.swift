import Foundation

/// Finds and reads `pgsyncd.yaml`.
public enum ConfigurationFile {
  /// Where the file is looked for when none is named, in this order.
  public static let defaultPaths = ["./pgsyncd.yaml", "/etc/pgsyncd/pgsyncd.yaml"]

  /// A file of settings is small; anything larger is some other file.
  static let bytesMax = 1 << 20

  /// Reads the named file, or the first of the default ones that exists.
  ///
  /// - Parameters:
  ///   - named: what `--config` says; that file must exist.
  ///   - environment: the variables that the file may refer to.
  ///   - defaults: where to look when none is named.
  /// - Returns: its settings; nothing set if none is named and none exists.
  public static func read(
    named: String?, environment: [String: String], defaults: [String] = defaultPaths
  ) throws(ConfigurationError) -> SettingLayer {
    if let named {
      guard FileManager.default.fileExists(atPath: named) else {
        throw ConfigurationError("the configuration file '\(named)' does not exist", at: .flag("--config"))
      }
      return try read(path: named, environment: environment)
    }
    guard let path = defaults.first(where: FileManager.default.fileExists(atPath:)) else { return SettingLayer() }
    return try read(path: path, environment: environment)
  }

  private static func read(path: String, environment: [String: String]) throws(ConfigurationError) -> SettingLayer {
    let data: Data
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      data = try file.read(upToCount: bytesMax + 1) ?? Data()
    } catch {
      let reason = (error as NSError).localizedFailureReason ?? (error as NSError).localizedDescription
      throw ConfigurationError("the configuration file '\(path)' cannot be read: \(reason)")
    }
    guard data.count <= bytesMax else {
      throw ConfigurationError("the configuration file '\(path)' is larger than \(ByteSize.text(bytesMax))")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw ConfigurationError("the configuration file '\(path)' is not UTF-8 text")
    }
    return try ConfigurationFileReader(path: path, environment: environment).layer(of: text)
  }
}

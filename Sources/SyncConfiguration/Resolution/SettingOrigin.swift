/// Where a setting was given; it tells the user where to correct it.
public enum SettingOrigin: Hashable, Sendable {
  /// A flag of the command line, such as `--slot`.
  case flag(String)
  /// An environment variable.
  case environment(String)
  /// A place in the configuration file; lines and columns count from 1.
  case file(path: String, line: Int, column: Int)
}

extension SettingOrigin: CustomStringConvertible {
  /// `--slot`, `PGSYNCD_SOURCE`, `pgsyncd.yaml:7:11`.
  public var description: String {
    switch self {
    case .flag(let name): name
    case .environment(let variable): variable
    case .file(let path, let line, let column): "\(path):\(line):\(column)"
    }
  }
}

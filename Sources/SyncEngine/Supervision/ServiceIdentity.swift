import Glibc

/// What this process is called.
public enum ServiceIdentity {
  /// The version of pgsyncd.
  public static let version = "0.1.0"

  /// The process number.
  static var pid: Int32 { getpid() }

  /// The machine's name.
  static var host: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

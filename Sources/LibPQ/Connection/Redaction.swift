/// Takes secrets out of a text that libpq or a server made.
struct Redaction: Sendable {
  private let secrets: [String]

  /// Secrets that also stand in `harmless` (a password that equals the user's name) are left alone: hiding the name
  /// would tell more than showing it. So are those of one or two characters, which would garble any text.
  init(secrets: [String], harmless: [String] = []) {
    self.secrets = secrets.filter { $0.utf8.count > 2 && !harmless.contains($0) }
      .sorted { $0.utf8.count > $1.utf8.count }
  }

  static let none = Redaction(secrets: [])

  func callAsFunction(_ text: String) -> String {
    var text = text
    for secret in secrets {
      text = text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "***")
    }
    return text
  }
}

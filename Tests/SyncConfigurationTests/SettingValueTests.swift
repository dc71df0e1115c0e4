import Testing

@testable import SyncConfiguration

@Suite("Values: sizes, lengths of time, variables, near names")
struct SettingValueTests {
  @Test(
    "sizes",
    arguments: [
      ("16MB", 16 << 20), ("1GB", 1 << 30), ("512kB", 512 << 10), ("512KB", 512 << 10), ("8192", 8192), ("0", 0),
      ("1 GB", 1 << 30), ("2tb", 2 << 40), ("7B", 7), ("", nil), ("MB", nil), ("1.5GB", nil), ("-1MB", nil),
      ("16MiB", nil), ("9223372036854775807kB", nil), ("99999999999999999999", nil), ("1GB2", nil),
    ] as [(String, Int?)])
  func size(_ text: String, _ bytes: Int?) {
    #expect(ByteSize.bytes(text) == bytes)
    if let bytes { #expect(ByteSize.bytes(ByteSize.text(bytes)) == bytes) }
  }

  @Test(
    "lengths of time",
    arguments: [
      ("60s", 60_000), ("500ms", 500), ("5min", 300_000), ("1h", 3_600_000), ("2d", 172_800_000), ("5 s", 5000),
      ("60", nil), ("5m", nil), ("s", nil), ("-1s", nil), ("1.5s", nil), ("9223372036854775807s", nil),
    ] as [(String, Int?)])
  func timeSpan(_ text: String, _ milliseconds: Int?) {
    #expect(TimeSpan.milliseconds(text) == milliseconds)
    if let milliseconds { #expect(TimeSpan.milliseconds(TimeSpan.text(milliseconds)) == milliseconds) }
  }

  @Test(
    "variables",
    arguments: [
      ("plain", .text("plain")), ("${A}", .text("1")), ("x${A}y${B_2}z", .text("x1y${A}z")), ("$A", .text("$A")),
      ("$${A}", .text("${A}")), ("a$", .text("a$")), ("$$", .text("$$")), ("${C}", .unset(variable: "C")),
      ("${A", .malformed), ("${}", .malformed), ("${1A}", .malformed), ("${A B}", .malformed),
    ] as [(String, VariableExpansion)])
  func expansion(_ text: String, _ expected: VariableExpansion) {
    #expect(VariableExpansion.expand(text, environment: ["A": "1", "B_2": "${A}"]) == expected)
  }

  @Test("the nearest name")
  func nearest() {
    let names = ["public.users", "public.user_roles", "public.Users2", "shop.orders"]
    #expect(NearestName.nearest(to: "public.usres", among: names) == "public.users")
    #expect(NearestName.nearest(to: "SHOP.ORDERS", among: names) == "shop.orders")
    #expect(NearestName.nearest(to: "zzz", among: names) != nil)
    #expect(NearestName.likely(for: "zzz", among: names) == nil)
    #expect(NearestName.likely(for: "x", among: []) == nil)
    #expect(NearestName.distance(Array("ab".unicodeScalars), Array("ba".unicodeScalars)) == 2)
    #expect(NearestName.distance(Array("Ab".unicodeScalars), Array("ab".unicodeScalars)) == 1)
  }
}

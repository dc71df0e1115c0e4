import PostgresTypes
import Testing

@Suite("LSN")
struct LSNTests {
  @Test(
    "prints and reads what pg_lsn prints",
    arguments: [(UInt64(0), "0/0"), (0x16_B374_D848, "16/B374D848"), (.max, "FFFFFFFF/FFFFFFFF")])
  func roundTrip(value: UInt64, text: String) {
    #expect(LSN(rawValue: value).description == text)
    #expect(LSN(text)?.rawValue == value)
  }

  @Test(
    "refuses what pg_lsn refuses",
    arguments: ["", "/", "0", "0/", "/0", "1/2/3", "123456789/0", "0/-1", "0/+1", "g/0", " 0/0"])
  func refuses(text: String) {
    #expect(LSN(text) == nil)
  }

  @Test("a distance backwards is zero")
  func distance() {
    #expect(LSN(rawValue: 10).bytes(since: LSN(rawValue: 4)) == 6)
    #expect(LSN(rawValue: 4).bytes(since: LSN(rawValue: 10)) == 0)
  }
}

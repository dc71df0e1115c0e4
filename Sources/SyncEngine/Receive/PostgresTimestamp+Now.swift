import Glibc
import PostgresTypes

extension PostgresTimestamp {
  /// The moment by this machine's clock.
  static var now: PostgresTimestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return PostgresTimestamp(unixMicroseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }

  /// The moment as `timestamptz` reads it, in UTC: seconds since 1970, which `to_timestamp` takes.
  var epochSeconds: String {
    let microseconds = unixMicroseconds
    let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    let fraction = String(abs(rest))
    let sign = microseconds < 0 && seconds == 0 ? "-" : ""
    return sign + String(seconds) + "." + String(repeating: "0", count: 6 - fraction.count) + fraction
  }
}

/// A signed-up user with its cookies; confined to the event loop that sends its requests.
final class VirtualUser {
  let number: Int
  let email: String
  let password: String
  /// Which connections carry its requests.
  let lane: Int
  var jar = CookieJar()

  init(number: Int, run: String, lane: Int) {
    self.number = number
    self.lane = lane
    email = "charge-\(run)-\(number)@exemple.fr"
    password = "phrase de passe \(run) \(number)"
  }

  /// The loopback address of user `number`: 127.1.0.1 and up, never a network's first or last.
  static func sourceAddress(_ number: Int) -> String {
    "127.\(1 + number / 62_500).\(number % 62_500 / 250).\(1 + number % 250)"
  }
}

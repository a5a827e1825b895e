import CLibPQ

/// A database URL taken apart into libpq's keywords, with the hosts to be resolved named.
///
/// libpq would resolve names itself, blocking the thread: so every host gets its `hostaddr` here.
struct ConnectionParameters: Sendable {
  private var values: [String: String] = [:]
  private let hosts: [String]

  /// - Throws: `connectionFailed` where the URL cannot be read. libpq's message quotes it, password
  ///   and all, so it is not passed on.
  init(_ settings: PostgresSettings) throws(PostgresError) {
    var message: UnsafeMutablePointer<CChar>?
    defer { PQfreemem(message) }
    guard !settings.url.utf8.contains(0), let options = PQconninfoParse(settings.url, &message)
    else { throw PostgresError(code: .connectionFailed, detail: "the URL cannot be read") }
    defer { PQconninfoFree(options) }
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val {
        values[String(cString: keyword)] = String(cString: value)
      }
      option += 1
    }
    // Said here, libpq does not ask the environment for them.
    values["host"] = values["host"] ?? "/var/run/postgresql"
    values["port"] = values["port"] ?? "5432"
    values["application_name"] = values["application_name"] ?? settings.applicationName
    values["client_encoding"] = "UTF8"
    // A ticket look-up would block, and one more round trip is spent on asking.
    values["gssencmode"] = values["gssencmode"] ?? "disable"
    hosts = Self.list(values["host"])
  }

  /// Names that have to be resolved before connecting.
  func unresolvedHosts(isLiteral: (String) -> Bool) -> [String] {
    values["hostaddr"] == nil ? hosts.filter { !$0.isEmpty && !isLiteral($0) } : []
  }

  /// Keywords and values for libpq; a name with several addresses becomes several hosts, tried in
  /// order. The name stays, for the certificate's sake.
  func keywords(addresses: [String: [String]]) -> [String: String] {
    var values = values
    guard values["hostaddr"] == nil, !addresses.isEmpty else { return values }
    let ports = Self.list(values["port"])
    var (names, numbers, portOfEach): ([String], [String], [String]) = ([], [], [])
    for (index, host) in hosts.enumerated() {
      for address in addresses[host] ?? [""] {
        names.append(host)
        numbers.append(address)
        portOfEach.append(ports.count == hosts.count ? ports[index] : ports.first ?? "")
      }
    }
    values["host"] = names.joined(separator: ",")
    values["hostaddr"] = numbers.joined(separator: ",")
    values["port"] = portOfEach.joined(separator: ",")
    return values
  }

  private static func list(_ text: String?) -> [String] {
    (text ?? "").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
}

import CLibPQ

/// A database URL taken apart into libpq's keywords, with the hosts to be resolved named.
///
/// libpq would resolve names itself, blocking the thread: so every host gets its `hostaddr` here.
struct ConnectionParameters: Sendable {
  private var values: [String: String] = [:]
  private let hosts: [String]
  /// A pooler stands between that may hand each transaction to another server.
  let isBehindTransactionPooler: Bool

  /// - Throws: `connectionFailed` where the URL cannot be read. libpq's message quotes it, password
  ///   and all, so it is not passed on.
  init(url: String, applicationName: String) throws(PostgresError) {
    let unreadable = PostgresError(code: .connectionFailed, detail: "the URL cannot be read")
    let word: Substring?
    let rest: String
    (rest, word) = Self.takingPooler(out: url)
    var message: UnsafeMutablePointer<CChar>?
    defer { PQfreemem(message) }
    guard !rest.utf8.contains(0), word.map({ ["true", "false"].contains($0) }) ?? true,
      let options = PQconninfoParse(rest, &message)
    else { throw unreadable }
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
    values["application_name"] = values["application_name"] ?? applicationName
    values["client_encoding"] = "UTF8"
    // A ticket look-up would block, and one more round trip is spent on asking.
    values["gssencmode"] = values["gssencmode"] ?? "disable"
    // A peer that has gone without a word is noticed before the next run is sent to it.
    values["keepalives_idle"] = values["keepalives_idle"] ?? "10"
    values["keepalives_interval"] = values["keepalives_interval"] ?? "5"
    values["keepalives_count"] = values["keepalives_count"] ?? "3"
    hosts = Self.list(values["host"])
    isBehindTransactionPooler =
      word.map { $0 == "true" } ?? Self.list(values["port"]).contains("6543")
  }

  /// libpq refuses keywords that it does not know, and this one is not its own.
  private static func takingPooler(out url: String) -> (rest: String, word: Substring?) {
    let isURI = url.contains("://")
    var word: Substring?
    func keeping(_ text: Substring, separator: Character) -> String {
      text.split(separator: separator, omittingEmptySubsequences: false).filter { pair in
        guard pair.hasPrefix("pgbouncer=") else { return true }
        word = pair.dropFirst("pgbouncer=".count)
        return false
      }.joined(separator: String(separator))
    }
    guard isURI else { return (keeping(url[...], separator: " "), word) }
    guard let mark = url.firstIndex(of: "?") else { return (url, nil) }
    let query = keeping(url[url.index(after: mark)...], separator: "&")
    return (url[..<mark] + (query.isEmpty ? "" : "?" + query), word)
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

/// One user's cookies, kept as the `Cookie` header that sends them.
///
/// One origin, one path: attributes other than removal are not weighed.
package struct CookieJar: Sendable {
  private var cookies: [(name: String, value: String)] = []
  /// `name=value; name=value`, empty without cookies.
  package private(set) var header = ""

  package init() {}

  package var isEmpty: Bool { cookies.isEmpty }

  /// Takes a `Set-Cookie` value: sets, replaces, or removes where the server expires it.
  package mutating func set(_ field: String) {
    let parts = field.split(separator: ";", omittingEmptySubsequences: false)
    guard let pair = parts.first, let equals = pair.firstIndex(of: "=") else { return }
    let name = pair[..<equals].trimmed
    let value = pair[pair.index(after: equals)...].trimmed
    guard !name.isEmpty else { return }
    let expires = parts.dropFirst().contains { $0.trimmed.lowercased() == "max-age=0" }
    let place = cookies.firstIndex { $0.name == name }
    switch (place, expires || value.isEmpty) {
    case (let place?, true): cookies.remove(at: place)
    case (let place?, false): cookies[place].value = value
    case (nil, true): return
    case (nil, false):
      // A server that keeps inventing names must not grow the request without end.
      guard cookies.count < 20 else { return }
      cookies.append((name, value))
    }
    header = cookies.map { "\($0.name)=\($0.value)" }.joined(separator: "; ")
  }
}

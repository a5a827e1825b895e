/// A header's value and its parameters, as `form-data; name="file"; filename="a.pdf"`.
///
/// Values are tokens or quoted. Browsers send `\` as it is and percent-encode quotes (the WHATWG's
/// form submission); only `\"` is therefore an escape. Of a parameter given twice none is believed.
struct HeaderParameters: Sendable {
  /// Before the first semicolon, lower-case, without white space.
  let value: String
  private var parameters: [String: String] = [:]

  init(_ text: String) {
    let scalars = Array(text.unicodeScalars)
    var at = 0
    func word(until stops: Set<Unicode.Scalar>) -> String {
      var word = String.UnicodeScalarView()
      while at < scalars.count, !stops.contains(scalars[at]) {
        word.append(scalars[at])
        at += 1
      }
      return String(word).trimmed
    }
    value = word(until: [";"]).lowercased()
    var seen: Set<String> = []
    while at < scalars.count {
      at += 1
      let name = word(until: ["=", ";"]).lowercased()
      guard at < scalars.count, scalars[at] == "=" else { continue }
      at += 1
      while at < scalars.count, scalars[at] == " " || scalars[at] == "\t" { at += 1 }
      let parameter: String
      if at < scalars.count, scalars[at] == "\"" {
        parameter = Self.quoted(scalars, &at)
        _ = word(until: [";"])
      } else {
        parameter = word(until: [";"])
      }
      if seen.insert(name).inserted {
        parameters[name] = parameter
      } else {
        parameters[name] = nil
      }
    }
  }

  subscript(_ name: String) -> String? { parameters[name] }

  private static func quoted(_ scalars: [Unicode.Scalar], _ at: inout Int) -> String {
    var text = String.UnicodeScalarView()
    at += 1
    while at < scalars.count, scalars[at] != "\"" {
      if scalars[at] == "\\", at + 1 < scalars.count, scalars[at + 1] == "\"" { at += 1 }
      text.append(scalars[at])
      at += 1
    }
    at += 1
    return String(text)
  }
}

extension String {
  /// Without white space at its ends.
  fileprivate var trimmed: String {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest = rest.dropFirst() }
    while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
    return String(rest)
  }
}

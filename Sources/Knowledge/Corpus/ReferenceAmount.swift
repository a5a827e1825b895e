/// An amount of money that a document names, with what makes it true.
package struct ReferenceAmount: Sendable, Hashable {
  /// How sure the amount is.
  package enum Status: String, Sendable, Hashable {
    /// Held against an official text.
    case verified
    /// Worked out of verified amounts.
    case calculated
    /// To be checked before anybody relies on it: texts say so beside it.
    case toVerify = "a_verifier"
  }

  /// The official name.
  package let name: String
  /// Whole cents, so that no amount is rounded.
  package let cents: Int
  /// `YYYY-MM-DD`; nil where only the day it was read is known.
  package let validFrom: String?
  /// `YYYY-MM-DD`: the last day; nil while in force.
  package let validUntil: String?
  package let status: Status

  init(
    _ name: String, _ euros: Int, _ cents: Int = 0, from validFrom: String? = nil,
    until validUntil: String? = nil, status: Status
  ) {
    self.name = name
    self.cents = euros * 100 + cents
    self.validFrom = validFrom
    self.validUntil = validUntil
    self.status = status
  }

  /// As it is written in the documents: `1 041,59 €`, `900 €`.
  package var text: String {
    let whole = String(cents / 100)
    var grouped = ""
    for (index, digit) in whole.enumerated() {
      if index > 0 && (whole.count - index) % 3 == 0 { grouped.append(" ") }
      grouped.append(digit)
    }
    guard cents % 100 != 0 else { return grouped + " €" }
    return grouped + "," + (cents % 100 < 10 ? "0" : "") + String(cents % 100) + " €"
  }
}

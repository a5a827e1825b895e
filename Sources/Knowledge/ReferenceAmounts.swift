/// An amount of the law as the documents state it: written once, with its name and its date.
package struct ReferenceAmount: Sendable, Equatable {
  /// How sure the value is.
  package enum Status: String, Sendable { case verified, calculated }

  package let name: String
  /// Euros, as printed in French: `1 041,59`.
  package let value: String
  /// `YYYY-MM-DD`.
  package let validSince: String
  package let status: Status
}

/// The one table of amounts. Every euro amount of the documents stands in it (a test holds that).
package enum ReferenceAmounts {
  package static let all: [ReferenceAmount] = [
    amount("AAH, montant maximal mensuel", "1 041,59", "2026-04-01", .verified),
    amount("AAH, valeur précédente", "1 033,32", "2025-04-01", .verified),
    amount("AAH, plafond annuel de ressources", "12 499,08", "2026-04-01", .calculated),
    amount("AAH, majoration du plafond par enfant", "6 249,54", "2026-04-01", .calculated),
    amount("AEEH de base", "153,01", "2026-04-01", .calculated),
    amount("AEEH de base, valeur précédente", "151,80", "2025-04-01", .verified),
    amount("PCH, plafond de dédommagement d'un aidant", "1 231,15", "2025-04-01", .verified),
    amount("PCH logement, travaux pris en charge à 100 %", "1 500", "2021-01-01", .verified),
    amount("PCH logement, plafond sur 10 ans", "10 000", "2021-01-01", .verified),
    amount("PCH animalière, sur 10 ans", "6 000", "2021-01-01", .verified),
    amount("PCH animalière, par mois", "50", "2021-01-01", .verified),
    amount("PCH parentalité, enfant de moins de 3 ans", "900", "2021-01-01", .verified),
    amount("PCH parentalité, enfant de 3 à 7 ans", "450", "2021-01-01", .verified),
    amount("PCH parentalité, parent seul, moins de 3 ans", "1 350", "2021-01-01", .verified),
    amount("PCH parentalité, parent seul, 3 à 7 ans", "675", "2021-01-01", .verified),
    amount("PCH parentalité technique, naissance", "1 400", "2021-01-01", .verified),
    amount("PCH parentalité technique, 3 ans", "1 200", "2021-01-01", .verified),
    amount("PCH parentalité technique, 6 ans", "1 000", "2021-01-01", .verified),
  ]

  /// The newest date, not after `today` (`YYYY-MM-DD`), from which an amount is valid: answers from
  /// before it must not be served any more.
  package static func validityDate(today: String) -> String {
    all.map(\.validSince).filter { $0 <= today }.max() ?? ""
  }

  private static func amount(
    _ name: String, _ value: String, _ since: String, _ status: ReferenceAmount.Status
  ) -> ReferenceAmount {
    ReferenceAmount(name: name, value: value, validSince: since, status: status)
  }
}

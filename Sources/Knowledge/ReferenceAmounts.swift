/// Every amount of the knowledge base, written once: documents quote them, the catalogue of aids
/// takes them from here. A test holds the documents against it, and it tells the day from which the
/// amounts in force hold: a part of the cache key.
///
/// A value that is over keeps its place with its last day. Where a newer value is known only from
/// one unofficial source, the last one held against an official text stays in force here and the
/// newer one stands beside it, to be verified.
package enum ReferenceAmounts {
  private static let april2026 = "2026-04-01"
  private static let january2026 = "2026-01-01"
  private static let april2025 = "2025-04-01"
  private static let january2025 = "2025-01-01"
  private static let march2026 = "2026-03-31"

  package static let all: [ReferenceAmount] =
    adults + children + complements + carers + compensation + others

  /// The latest day on which an amount changed, up to `today` (both `YYYY-MM-DD`); answers from
  /// before it may name an amount that is none any more. `today` itself where nothing changed yet.
  package static func validityDate(today: String) -> String {
    all.lazy.flatMap { [$0.validFrom, $0.validUntil.map(CalendarDay.after)] }
      .compactMap { $0 }.filter { $0 <= today }.max() ?? today
  }

  // MARK: Those that the catalogue of aids names

  static let disabledAdults = ReferenceAmount(
    "AAH, montant maximal mensuel", 1041, 59, from: april2026, status: .verified)
  static let independentLiving = ReferenceAmount(
    "MVA, majoration pour la vie autonome, par mois", 104, 77, from: "2008-01-01",
    status: .verified)
  static let disabledChild = ReferenceAmount(
    "AEEH de base, par mois", 153, 1, from: april2026, status: .calculated)
  /// Of the categories 1 to 6.
  static let complementsInForce: [ReferenceAmount] =
    [(114, 76), (310, 80), (439, 91), (681, 71), (871, 26)].enumerated().map { index, amount in
      ReferenceAmount(
        "Complément AEEH, catégorie \(index + 1), par mois", amount.0, amount.1, from: april2026,
        status: .calculated)
    } + [
      ReferenceAmount(
        "Complément AEEH, catégorie 6 (majoration pour tierce personne), par mois", 1288, 13,
        from: april2025, status: .verified)
    ]
  /// Of the AJPP and of the AJPA.
  static let carersDay = ReferenceAmount(
    "AJPP et AJPA, par jour", 65, 80, from: january2025, status: .verified)
  static let homeWorks = ReferenceAmount(
    "PCH logement, plafond sur 10 ans", 10000, status: .verified)
  static let technicalAids = ReferenceAmount(
    "PCH aides techniques, plafond sur 10 ans", 13200, status: .toVerify)
  static let vehicle = ReferenceAmount(
    "PCH véhicule, plafond sur 10 ans", 10000, status: .toVerify)
  static let specificCharges = ReferenceAmount(
    "PCH charges spécifiques, par mois", 100, status: .toVerify)
  static let animal = ReferenceAmount("PCH aide animalière, par mois", 50, status: .verified)
  static let parenthood = ReferenceAmount(
    "PCH parentalité, aide humaine, enfant de moins de 3 ans, par mois", 900,
    from: "2021-01-01", status: .verified)

  // MARK: All of them

  private static let adults: [ReferenceAmount] = [
    disabledAdults,
    ReferenceAmount(
      "AAH, montant maximal mensuel", 1033, 32, from: april2025, until: march2026, status: .verified
    ),
    ReferenceAmount(
      "AAH, plafond annuel de ressources, personne sans enfant", 12499, 8, from: april2026,
      status: .calculated),
    ReferenceAmount(
      "AAH, majoration du plafond par enfant à charge", 6249, 54, from: april2026,
      status: .calculated),
    independentLiving,
    ReferenceAmount(
      "Complément de ressources (fermé aux nouveaux demandeurs), par mois", 179, 31,
      status: .toVerify),
    ReferenceAmount(
      "ASPA, personne seule, par an", 12523, 14, from: january2026, status: .verified),
    ReferenceAmount(
      "ASPA, personne seule, par mois", 1043, 59, from: january2026, status: .verified),
  ]

  private static let children: [ReferenceAmount] = [
    disabledChild,
    ReferenceAmount(
      "AEEH de base, par mois", 151, 80, from: april2025, until: march2026, status: .verified),
    ReferenceAmount(
      "BMAF, base mensuelle de calcul des allocations familiales", 478, 16, from: april2026,
      status: .verified),
  ]

  private static let complements: [ReferenceAmount] =
    complementsInForce
    + [(113, 85), (308, 34), (436, 42), (676, 31), (864, 35)].enumerated().map { index, amount in
      ReferenceAmount(
        "Complément AEEH, catégorie \(index + 1), par mois", amount.0, amount.1, from: april2025,
        until: march2026, status: .verified)
    }
    + [
      ReferenceAmount(
        "Complément AEEH, catégorie 6, par mois, environ", 1298, from: april2026,
        status: .toVerify)
    ]
    + [(62, 16), (86, 7), (272, 55), (349, 6), (511, 63)].enumerated().map { index, amount in
      ReferenceAmount(
        "Majoration parent isolé, catégorie \(index + 2), par mois", amount.0, amount.1,
        from: april2026, status: .calculated)
    }

  private static let carers: [ReferenceAmount] = [
    carersDay,
    ReferenceAmount(
      "AJPP et AJPA, par demi-journée", 32, 90, from: january2025, status: .verified),
    ReferenceAmount(
      "AJPP et AJPA, par jour, valeur de 2026", 66, 64, from: january2026, status: .toVerify),
    ReferenceAmount(
      "AJPP, complément pour frais, par mois", 128, 34, from: january2025, status: .toVerify),
  ]

  private static let compensation: [ReferenceAmount] = [
    ReferenceAmount(
      "PCH aide humaine, plafond mensuel de dédommagement d'un aidant familial", 1231, 15,
      from: april2025, status: .verified),
    parenthood,
    ReferenceAmount(
      "PCH parentalité, aide humaine, enfant de 3 à 7 ans, par mois", 450, from: "2021-01-01",
      status: .verified),
    ReferenceAmount(
      "PCH parentalité, aide humaine, parent seul, enfant de moins de 3 ans, par mois", 1350,
      from: "2021-01-01", status: .verified),
    ReferenceAmount(
      "PCH parentalité, aide humaine, parent seul, enfant de 3 à 7 ans, par mois", 675,
      from: "2021-01-01", status: .verified),
    ReferenceAmount("PCH parentalité, aides techniques, à la naissance", 1400, status: .verified),
    ReferenceAmount("PCH parentalité, aides techniques, aux 3 ans", 1200, status: .verified),
    ReferenceAmount("PCH parentalité, aides techniques, aux 6 ans", 1000, status: .verified),
    ReferenceAmount(
      "PCH logement, part des travaux prise en charge à 100 %", 1500, status: .verified),
    homeWorks,
    ReferenceAmount("PCH aide animalière, plafond sur 10 ans", 6000, status: .verified),
    animal, technicalAids, vehicle,
    ReferenceAmount("PCH surcoût de transport, plafond sur 10 ans", 24000, status: .toVerify),
    specificCharges,
    ReferenceAmount("PCH charges exceptionnelles, plafond sur 10 ans", 6000, status: .toVerify),
  ]

  private static let others: [ReferenceAmount] = [
    ReferenceAmount("SMIC horaire brut", 12, 31, from: "2026-06-01", status: .verified),
    ReferenceAmount(
      "MaPrimeAdapt', plafond de travaux subventionnables, hors taxes", 22000, from: "2024-01-01",
      status: .verified),
    ReferenceAmount(
      "Emploi à domicile, plafond des dépenses avec la CMI invalidité, par an", 20000,
      status: .verified),
    ReferenceAmount("Rente survie et épargne handicap, plafond par an", 1525, status: .verified),
    ReferenceAmount(
      "Rente survie et épargne handicap, plafond par enfant à charge", 300, status: .verified),
    ReferenceAmount(
      "Rattachement d'un enfant marié ou chargé de famille, abattement", 6674, status: .toVerify),
    ReferenceAmount(
      "Certificat médical circonstancié, toutes taxes comprises", 192, status: .toVerify),
  ]
}

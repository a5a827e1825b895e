/// Every amount of the knowledge base, written once. A test holds the documents against it, and it
/// tells the day from which the amounts in force hold: a part of the cache key.
package enum ReferenceAmounts {
  private static let april2026 = "2026-04-01"
  private static let april2025 = "2025-04-01"
  private static let march2026 = "2026-03-31"

  package static let all: [ReferenceAmount] =
    adults + retirement + children + supplements + carers + compensation + housing + taxes

  /// The latest day on which an amount changed, up to `today` (both `YYYY-MM-DD`); answers from
  /// before it may name an amount that is none any more. `today` itself where nothing changed yet.
  package static func validityDate(today: String) -> String {
    all.lazy.flatMap { [$0.validFrom, $0.validUntil.map(CalendarDay.after)] }
      .compactMap { $0 }.filter { $0 <= today }.max() ?? today
  }

  private static let adults: [ReferenceAmount] = [
    ReferenceAmount("AAH, montant maximal mensuel", 1041, 59, from: april2026, status: .verified),
    ReferenceAmount(
      "AAH, montant maximal mensuel", 1033, 32, from: april2025, until: march2026, status: .verified
    ),
    ReferenceAmount(
      "AAH, plafond annuel de ressources, personne sans enfant", 12499, 8, from: april2026,
      status: .calculated),
    ReferenceAmount(
      "AAH, majoration du plafond par enfant à charge", 6249, 54, from: april2026,
      status: .calculated),
    ReferenceAmount(
      "MVA, majoration pour la vie autonome, par mois", 104, 77, from: "2008-01-01",
      status: .verified),
  ]

  private static let children: [ReferenceAmount] = [
    ReferenceAmount("AEEH de base, par mois", 153, 1, from: april2026, status: .calculated),
    ReferenceAmount(
      "AEEH de base, par mois", 151, 80, from: april2025, until: march2026, status: .verified),
    ReferenceAmount(
      "BMAF, base mensuelle de calcul des allocations familiales", 478, 16, from: april2026,
      status: .verified),
  ]

  private static let supplements: [ReferenceAmount] = [
    ReferenceAmount(
      "AEEH, complément de 1re catégorie, par mois", 114, 76, from: april2026, status: .calculated),
    ReferenceAmount(
      "AEEH, complément de 1re catégorie, par mois", 113, 85, from: april2025, until: march2026,
      status: .verified),
    ReferenceAmount(
      "AEEH, complément de 2e catégorie, par mois", 310, 80, from: april2026, status: .calculated),
    ReferenceAmount(
      "AEEH, complément de 2e catégorie, par mois", 308, 34, from: april2025, until: march2026,
      status: .verified),
    ReferenceAmount(
      "AEEH, complément de 3e catégorie, par mois", 439, 91, from: april2026, status: .calculated),
    ReferenceAmount(
      "AEEH, complément de 3e catégorie, par mois", 436, 42, from: april2025, until: march2026,
      status: .verified),
    ReferenceAmount(
      "AEEH, complément de 4e catégorie, par mois", 681, 71, from: april2026, status: .calculated),
    ReferenceAmount(
      "AEEH, complément de 4e catégorie, par mois", 676, 31, from: april2025, until: march2026,
      status: .verified),
    ReferenceAmount(
      "AEEH, complément de 5e catégorie, par mois", 871, 26, from: april2026, status: .calculated),
    ReferenceAmount(
      "AEEH, complément de 5e catégorie, par mois", 864, 35, from: april2025, until: march2026,
      status: .verified),
    ReferenceAmount(
      "AEEH, complément de 6e catégorie, par mois", 1288, 13, from: april2025, status: .verified),
    ReferenceAmount(
      "AEEH, complément de 6e catégorie depuis avril 2026, par mois, environ", 1298,
      from: april2026, status: .toVerify),
    ReferenceAmount(
      "AEEH, majoration parent isolé, 2e catégorie, par mois", 62, 16, from: april2026,
      status: .calculated),
    ReferenceAmount(
      "AEEH, majoration parent isolé, 3e catégorie, par mois", 86, 7, from: april2026,
      status: .calculated),
    ReferenceAmount(
      "AEEH, majoration parent isolé, 4e catégorie, par mois", 272, 55, from: april2026,
      status: .calculated),
    ReferenceAmount(
      "AEEH, majoration parent isolé, 5e catégorie, par mois", 349, 6, from: april2026,
      status: .calculated),
    ReferenceAmount(
      "AEEH, majoration parent isolé, 6e catégorie, par mois", 511, 63, from: april2026,
      status: .calculated),
  ]

  private static let carers: [ReferenceAmount] = [
    ReferenceAmount("AJPP et AJPA, par jour", 65, 80, from: "2025-01-01", status: .verified),
    ReferenceAmount(
      "AJPP et AJPA, par demi-journée", 32, 90, from: "2025-01-01", status: .verified),
    ReferenceAmount(
      "AJPP et AJPA, par jour, valeur de 2026", 66, 64, from: "2026-01-01", status: .toVerify),
    ReferenceAmount(
      "AJPP, complément pour frais, par mois", 128, 34, from: "2025-01-01", status: .toVerify),
  ]

  private static let retirement: [ReferenceAmount] = [
    ReferenceAmount(
      "ASPA, personne seule, par an", 12523, 14, from: "2026-01-01", status: .verified),
    ReferenceAmount(
      "ASPA, personne seule, par mois", 1043, 59, from: "2026-01-01", status: .verified),
    ReferenceAmount("Complément de ressources, par mois", 179, 31, status: .toVerify),
    ReferenceAmount("SMIC horaire brut", 12, 31, from: "2026-06-01", status: .verified),
  ]

  private static let housing: [ReferenceAmount] = [
    ReferenceAmount(
      "MaPrimeAdapt', plafond de travaux subventionnables, hors taxes", 22000,
      from: "2024-01-01", status: .verified)
  ]

  private static let taxes: [ReferenceAmount] = [
    ReferenceAmount("Emploi à domicile, plafond des dépenses par an", 20000, status: .verified),
    ReferenceAmount("Rente survie, versements par an", 1525, status: .verified),
    ReferenceAmount("Rente survie, par enfant à charge", 300, status: .verified),
    ReferenceAmount(
      "Enfant majeur marié ou chargé de famille, abattement", 6674, from: "2023-01-01",
      until: "2023-12-31", status: .toVerify),
    ReferenceAmount(
      "Certificat médical circonstancié pour une mesure de protection", 192, status: .toVerify),
  ]

  private static let compensation: [ReferenceAmount] = [
    ReferenceAmount(
      "PCH aide humaine, plafond mensuel de dédommagement d'un aidant familial", 1231, 15,
      from: april2025, status: .verified),
    ReferenceAmount(
      "PCH parentalité, aide humaine, enfant de moins de 3 ans, par mois", 900,
      from: "2021-01-01", status: .verified),
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
    ReferenceAmount("PCH logement, plafond sur 10 ans", 10000, status: .verified),
    ReferenceAmount("PCH aide animalière, plafond sur 10 ans", 6000, status: .verified),
    ReferenceAmount("PCH aide animalière, par mois", 50, status: .verified),
    ReferenceAmount("PCH aides techniques, plafond sur 10 ans", 13200, status: .toVerify),
    ReferenceAmount("PCH véhicule, plafond sur 10 ans", 10000, status: .toVerify),
    ReferenceAmount("PCH surcoût de transport, plafond sur 10 ans", 24000, status: .toVerify),
  ]
}

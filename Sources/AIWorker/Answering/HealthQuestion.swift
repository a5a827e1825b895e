import Knowledge

/// Questions that belong to a physician, not to an assistant for rights.
enum HealthQuestion {
  /// What a question is, seen from health.
  enum Judgement: Sendable, Hashable {
    case none
    case medical
    case distress
  }

  static func judge(_ question: String) -> Judgement {
    // The form of the cache key: no accents, no case.
    let text = FrenchText.cacheNormalised(question)
    if distress.contains(where: text.contains) { return .distress }
    let words = text.split { !$0.isLetter }
    let isMedical = words.contains { word in medical.contains { word.hasPrefix($0) } }
    return isMedical ? .medical : .none
  }

  private static let distress = [
    "suicid", "me tuer", "envie de mourir", "veux mourir", "veut mourir", "en finir avec la vie",
    "plus envie de vivre", "me faire du mal", "mettre fin a mes jours",
  ]

  /// Beginnings of words: medicines, doses, signs of an illness. `diagnostic` and `traitement` are
  /// not among them, since files and certificates speak of them.
  private static let medical = [
    "fievre", "medicament", "posologie", "doliprane", "paracetamol", "ibuprofene", "antibiotique",
    "ritaline", "risperdal", "melatonine", "sirop", "symptome", "tousse", "vomi", "dosage",
    "pronosti", "comprime", "gelule", "homeopath",
  ]
}

/// Aids that a family may say it has, and how it says so.
package enum KnownAids {
  /// Codes, as the catalogue has them where it has the aid.
  package static let codes = phrases.map(\.code)

  private static let phrases: [(code: String, words: String)] = [
    (
      "AAH",
      """
      aah|allocation adulte handicape|allocation adultes handicapes|allocation aux adultes handicapes
      """
    ),
    (
      "AEEH",
      """
      aeeh|allocation d education de l enfant handicape|allocation education enfant handicape|\
      allocation enfant handicape
      """
    ),
    ("PCH", "pch|prestation de compensation du handicap|prestation de compensation"),
    (
      "RQTH",
      """
      rqth|reconnaissance de travailleur handicape|reconnaissance travailleur handicape|\
      reconnaissance de la qualite de travailleur handicape
      """
    ),
    (
      "CMI",
      """
      cmi|carte mobilite inclusion|carte de stationnement|carte stationnement|carte de priorite|\
      carte priorite|carte d invalidite|macaron
      """
    ),
    ("AESH", "aesh|avs|accompagnante scolaire|accompagnant scolaire"),
    ("AJPP", "ajpp|allocation journaliere de presence parentale"),
    ("AJPA", "ajpa|allocation journaliere du proche aidant"),
    ("MVA", "mva|majoration pour la vie autonome"),
    ("APA", "apa|allocation personnalisee d autonomie"),
    ("ACTP", "actp|allocation compensatrice pour tierce personne"),
    ("PENSION D'INVALIDITÉ", "pension d invalidite|pension invalidite"),
  ]

  /// Folded words of every phrase, the longest first.
  static let lexicon: [(words: [String], code: String)] = phrases.flatMap { entry in
    entry.words.split(separator: "|").map { phrase in
      (
        phrase.split { $0 == " " || $0.isNewline }.map(String.init),
        entry.code
      )
    }
  }.sorted { $0.words.count > $1.words.count }
}

/// Where a child goes to school, as a family says it.
package enum SchoolLevels {
  /// What is kept.
  package static let names = entries.map(\.name)

  // What is special says more than the class: it comes first.
  private static let entries: [(name: String, words: String)] = [
    ("ULIS", "ulis"), ("SEGPA", "segpa"), ("IME", "ime"), ("ITEP", "itep|ditep"),
    ("petite section", "petite section|ps"), ("moyenne section", "moyenne section|ms"),
    ("grande section", "grande section|gs"), ("maternelle", "maternelle"), ("CP", "cp"),
    ("CE1", "ce1"), ("CE2", "ce2"), ("CM1", "cm1"), ("CM2", "cm2"),
    ("école élémentaire", "primaire|elementaire"), ("6e", "6e|6eme|sixieme"),
    ("5e", "5e|5eme|cinquieme"), ("4e", "4e|4eme|quatrieme"), ("3e", "3e|3eme|troisieme"),
    ("collège", "college"), ("2de", "seconde|2nde|2de"), ("1re", "premiere|1ere|1re"),
    ("terminale", "terminale"), ("lycée", "lycee"), ("CAP", "cap"),
    ("université", "universite|fac"),
  ]

  static let lexicon: [(words: [String], name: String)] = entries.flatMap { entry in
    entry.words.split(separator: "|").map {
      ($0.split(separator: " ").map(String.init), entry.name)
    }
  }
}

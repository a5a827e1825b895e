/// The way of a request: who decides, how to ask, how to object. Many aids share one.
enum AideRoute {
  /// The CDAPH, then the judge of the ordinary courts.
  case commission
  /// The CDAPH, then the administrative judge: matters of work.
  case commissionForWork
  /// A card, of the president of the department, with the court that follows.
  case card(court: String)
  /// The CAF or the MSA; how to ask differs.
  case fund(procedure: String, form: String?)
  /// Whoever else: everything said.
  case other(decider: String, procedure: String, form: String?, appeal: String)

  private static let form = "15692*01"
  private static let askMDPH =
    "Envoyez à la MDPH de votre département le formulaire Cerfa n° 15692*01 et un certificat "
    + "médical de moins de 12 mois (Cerfa n° 15695*01), ou déposez la demande en ligne."
  private static let within = "dans les 2 mois à compter de la notification, puis "
  private static let objectMDPH =
    "Recours administratif préalable obligatoire (RAPO) auprès de la MDPH " + within

  var decider: String {
    switch self {
    case .commission, .commissionForWork: "CDAPH"
    case .card: "Président du conseil départemental"
    case .fund: "CAF ou MSA"
    case .other(let decider, _, _, _): decider
    }
  }

  var procedure: String {
    switch self {
    case .commission, .commissionForWork, .card: Self.askMDPH
    case .fund(let procedure, _), .other(_, let procedure, _, _): procedure
    }
  }

  var form: String? {
    switch self {
    case .commission, .commissionForWork, .card: Self.form
    case .fund(_, let form), .other(_, _, let form, _): form
    }
  }

  var appeal: String {
    switch self {
    case .commission: Self.objectMDPH + "pôle social du tribunal judiciaire."
    case .commissionForWork: Self.objectMDPH + "tribunal administratif."
    case .card(let court):
      "Recours administratif préalable obligatoire (RAPO) auprès du président du conseil "
        + "départemental \(Self.within)\(court)."
    case .fund:
      "Commission de recours amiable (CRA) de la CAF ou de la MSA \(Self.within)"
        + "pôle social du tribunal judiciaire."
    case .other(_, _, _, let appeal): appeal
    }
  }
}

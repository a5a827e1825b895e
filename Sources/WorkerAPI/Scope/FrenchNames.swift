/// First and family names common in France, folded.
///
/// They count as names wherever they stand, in lower case too. Names that are also everyday words
/// (`claire`, `pierre`, `rose`, `marine`, `victoire`, `ange`, `romain`) are left out here; after a
/// relation or a title they are found because the lexicon does not know them.
enum FrenchNames {
  static let lists: [(WordKinds, String)] = [(.name, first), (.name, family)]

  private static let family = """
    aubert aubry bailly benali benoit berger bertin besson blanchard bouvier boyer brunet caron
    carre charpentier colas collet dasilva delattre deschamps diallo diop dubois duchamp dufour
    dumas dumont dupont dupuis dupuy durand duval fabre faure fernandez ferreira fontaine fournier
    gaillard garcia garnier gauthier gautier girard giraud gonzalez guerin guillot guyot haddad huet
    jacquet joly keita kone lacroix lambert leclerc leclercq lecomte lefebvre lefevre legall leger
    legrand lemaire lemoine leroux leroy lopez maillard martin martinez marty masson menard mercier
    meyer moreau morel morin muller nguyen pelletier pereira perez perrin perrot picard poirier
    prevost renault rodrigues rodriguez rolland rousseau roussel sanchez schmitt schneider silva
    traore vasseur vidal
    """

  private static let first = """
    aaron abdallah abdel abdelkader abdoulaye abel abigail achille adam adama adele adeline adem
    adil adnan adrian adriana adrien agathe agnes ahmed aicha aida alain alan alban albane albert
    alessio alexandra alexandre alexia alexis alfred ali alice alicia alina aline alix alma aloys
    alyssa amadou amandine ambre ambroise amel amelia amelie amin amina aminata amine amir amira
    anais anas anastasia andre andrea andree angela angele angelina angelique anissa anita anna
    annabelle anne annick annie anouk anthony antoine antoinette antonin antonio apolline ariane
    aristide armand armelle arnaud arthur assia astrid athena aubin audrey auguste augustin aurelie
    aurelien aurore axel axelle aya ayden aylin ayoub aziz baptiste barbara basile bastien beatrice
    benedicte benoit bernadette bernard bertrand bilal blandine boris boubacar brahim brandon brayan
    brigitte bruno bryan camelia camille candice capucine carine carla carlos carmen carole caroline
    cassandra catherine cecile cedric celeste celia celian celine cesar chaima chantal charlene
    charles charlie charline charlotte cheick chloe christelle christian christiane christine
    christophe cindy clara clarisse claude claudette claudia claudie claudine clemence clement
    clementine cleo clotilde colette colin coline coralie corentin corinne cyprien cyril cyrille
    cyrine daniel daniela daniele danielle daphne david deborah delphine denis denisa denise diana
    diane diego dimitri dina djibril dominique donia dorian doriane dorothee dylan ebru eden edgar
    edith edmond edouard elena eleonore eli elia eliane elias elie elif elina eline eliott elisa
    elisabeth elise ella eloan elodie eloi eloise elsa elvire elyes elyne emeline emile emilia
    emilie emilien emma emmanuel emmanuelle emmy enes enora enzo eric erica erika erwan esteban
    estelle esther ethan etienne eugene eugenie eva evan evelyne ezio fabien fabienne fabio fabiola
    fabrice fadi farah farid fatima fatou fatoumata faustine felicie felix ferdinand fernand
    fernande fiona flavie flavien florence florent florian francine francis franck francois
    francoise frederic frederique gabin gabriel gabriela gabrielle gael gaelle gaetan gaspard gaston
    genevieve geoffrey georges georgette gerald geraldine gerard germaine ghislaine gilbert gilles
    gina giovanni gisele giulia gregoire gregory guilhem guillaume gustave guy gwenaelle gwendoline
    habib hadrien hakim halima hamid hamza hanna hannah haroun hassan hawa heidi helena helene
    heloise henri henriette herve hicham hippolyte honorine hortense houda hugo hugues huguette ian
    ibrahim idris ilan ilhan ilian iliana ilona ilyana ilyas ilyes imane imran imrane ines ingrid
    irene iris isaac isabelle isaiah ismael ismail issa ivan iyad jacky jacob jacqueline jacques
    jade jalil jamel james jamila janine jasmine jason jawad jean jeanine jeanne jeannine jenna
    jennifer jeremie jeremy jerome jessica jessie joachim joan joanna joao jocelyne joel joelle
    johan johanna john jonas jonathan jordan jordane jose joseph josephine josette joshua josiane
    josselin jules julia julian juliana julie julien juliette justin justine kader kais kamel karim
    karima karine kassandra kassim katia kayla keira kelly kelya kenza kenzo kevin khadija khadim
    khaled khalil kilian killian kimberly kylian laetitia laila lamine lana lara latifa laura laure
    laurence laurent laurie laurine lea leana leandre leandro leila lena lenny leo leon leonard
    leonie leonor leopold leopoldine leticia lia liam liana lila lilas lili lilia lilian liliane
    lilou lily lina linda lino lior lisa lise lison liv livia loan loane loann logan lohan loic lola
    lorena lorenzo lorette loris lou louane louanne louis louisa louise louison louka luc luca lucas
    lucette lucia lucie lucien lucienne lucile lucille ludivine ludovic luis luisa luka lukas luna
    lya lyam lyana lydia lydie lyes lyna mael maelie maelle maelys maeva magali maissa malak malek
    malik malika mamadou manel manoe manon manuel marceau marcel marceline marcelle marco margaux
    margot marguerite maria mariam mariama marianne marie marielle marilou marina marion marius
    marjorie marlene marlon marouane martha marthe martine marwa marwan maryam maryline maryse mateo
    matheo mathias mathieu mathilde mathis mathys matias matilda matteo matthias matthieu maud
    maurice maxence maxime maximilien maya mayane mayssa medhi mehdi mehmet melanie melina melissa
    melodie melvin meriem meryem micael michael michel michele micheline mickael miguel mila milan
    milena milla milo mireille miriam mohamed mohammed mohand mona monique morgan morgane mourad
    moussa moustapha muriel mustapha mya myriam nabil nadege nadia nadine nael nahel nahla naim
    naima najat nancy naomi nasser nassim natacha natalia nathalie nathan nathanael nawel nayla neil
    nelly nelson nesrine neyla nicolas nicole nina nino noa noah noam noamie noe noelie noella
    noelle noemie nolan nolwenn noor nora norah norbert nordine norhane nour oceane octave odette
    odile olga olivia olivier omar omer ophelie orlane oscar othman oumar oumou ousmane owen pablo
    paloma pascal pascale pascaline patrice patricia patrick paul paula paule paulette pauline pedro
    peggy penelope philippe philippine pierrette pierrick priscilla quentin rabia rachel rachid
    rachida rafael raissa ramzi rania raoul raphael raphaelle rayan rayane raymond raymonde rebecca
    regine regis remi remy renan renaud rene renee rhita ricardo richard rita robert roberto robin
    rodolphe rodrigue roger roland rolande romane romaric romeo romuald romy ronan rosalie roselyne
    roxane ruben ryan sabine sabrina sacha safia said saida salim salima salma salome salomon
    samantha sami samia samir samira samuel samy sandra sandrine sandy sara sarah sasha saskia
    sebastien selena selim selma serena serge servane severine shaima shana shirley sidonie siham
    simeon simon simone sirine sofia sofiane sohan solal solange solene soline sophia sophie soraya
    souad soufiane soukaina souleymane stella stephane stephanie steven suzanne suzie swann sylvain
    sylvaine sylvestre sylvia sylviane sylvie syrine tanguy tania tao tarek tatiana teddy teo tess
    tessa thais thea thelma theo theodore theophile therese thiago thibaud thibault thibaut thierry
    thomas tiago tifaine timeo timothe timothee tiphaine titouan tom tomas tommy toni tony tristan
    tyler ulysse valentin valentine valeria valerie valery vanessa vera veronique vianney vicente
    victor victoria vincent violaine violette virgile virginie viviane vivien wael walid wassim
    wendy wiam wilfried wilhem william willy wissam xavier yacine yanis yann yannick yannis yasmina
    yasmine yasser yassin yassine yoan yoann yohan yohann yolande younes yousra youssef youssra
    ysaline yvan yves yvette yvonne zacharie zachary zahra zakaria zayd zeinab zelie zina zineb zoe
    zohra
    """
}

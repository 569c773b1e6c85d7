"""Words that say something about a buyer, in the six languages of the widget.

Each is the beginning of a word, without accents and in lower case; `=` in front asks for the whole word, `_` is a blank.
"""

BUYING = """
    =buy buying purchas =to_order =place_an_order =want_to_buy =book =booking reserv interested =sign_up subscri hire
    =i_need =we_need =looking_for =quote =quotation
    comprar =compra pedido =quiero =queremos contratar interesad presupuesto =necesito =necesitamos =busco =buscamos
    achet command =je_veux =nous_voulons =je_voudrais =je_souhaite =j'aimerais interesse devis =je_cherche =nous_cherchons
    =besoin
    kauf bestell buchen =ich_mochte =wir_mochten =ich_brauche =wir_brauchen interessier angebot =ich_suche =wir_suchen
    comprar encomend =quero =queremos =gostaria contratar interessad orcamento =preciso =precisamos =procuro
    اشتري شراء احجز حجز اريد نريد احتاج نحتاج مهتم اطلب طلب ابحث
"""

PRICE = """
    price pricing =cost =costs =how_much =rate =rates fee =fees discount
    precio cuanto cuesta =coste =costo tarifa descuento
    prix =combien =tarif =tarifs cout remise
    preis =was_kostet =wie_viel =kosten rabatt
    preco =quanto_custa =valor =tarifa desconto
    سعر اسعار كم تكلفه تكلفة ثمن خصم
"""

BOOKING = """
    =book booking reserv appointment =demo =call_me availab =visit schedule =meeting
    reserva =cita =demo disponib agendar =visita =reunion
    reserv =rendez-vous =rdv =demo disponib =visite =reunion
    buch reservier termin =demo verfugbar besichtig besprech
    reserva =marcar agendar =consulta =demo disponib =visita =reuniao
    حجز احجز موعد متاح متوفر زياره زيارة اجتماع
"""

BUDGET = """
    budget =spend =afford  presupuesto =gastar  =budget =depenser  =budget ausgeben  orcamento =gastar  ميزانيه ميزانية
"""

WHEN = """
    =today =tonight =tomorrow =next_week =next_month =this_week =weekend
    =monday =tuesday =wednesday =thursday =friday =saturday =sunday
    =january =february =march =april =june =july =august =september =october =november =december
    =hoy =manana =proxima_semana =proximo_mes =esta_semana =fin_de_semana =lunes =martes =miercoles =jueves =viernes =sabado
    =domingo
    =enero =febrero =marzo =abril =mayo =junio =julio =agosto =septiembre =octubre =noviembre =diciembre
    =aujourd'hui =demain =semaine_prochaine =mois_prochain =cette_semaine =week-end
    =lundi =mardi =mercredi =jeudi =vendredi =samedi =dimanche
    =janvier =fevrier =avril =juin =juillet =aout =septembre =octobre =novembre =decembre
    =heute =morgen =nachste_woche =nachsten_monat =diese_woche =wochenende
    =montag =dienstag =mittwoch =donnerstag =freitag =samstag =sonntag =januar =februar =marz =mai =juni =juli =oktober
    =dezember
    =hoje =amanha =proxima_semana =proximo_mes =esta_semana =fim_de_semana
    =segunda-feira =terca-feira =quarta-feira =quinta-feira =sexta-feira
    =janeiro =fevereiro =abril =maio =junho =julho =setembro =outubro =novembro =dezembro
    اليوم غدا بكرا الاسبوع الشهر السبت الاحد الاثنين الثلاثاء الاربعاء الخميس الجمعه الجمعة
    يناير فبراير مارس ابريل مايو يونيو يوليو اغسطس سبتمبر اكتوبر نوفمبر ديسمبر
"""

QUANTITY = """
    people person guest adult child kid room night day week month piece unit user seat licen ticket table
    persona huesped adulto nino habitacion noche dia semana mes unidad usuario plaza licencia entrada mesa
    personne adulte enfant chambre nuit jour semaine mois piece unite utilisateur place licence billet table
    person leute gast gaste erwachsen kind zimmer nacht nachte tag woche monat stuck nutzer platz lizenz karte tisch
    pessoa hospede adulto crianca quarto noite dia semana mes unidade usuario utilizador lugar licenca bilhete mesa
    شخص اشخاص ضيوف بالغ طفل اطفال غرفه غرفة غرف ليله ليلة ليالي يوم ايام اسبوع شهر قطعه قطعة مستخدم مقعد تذكره تذكرة
"""

URGENT = """
    urgent =asap =right_now =immediately =as_soon_as_possible =today =emergency
    urgente =cuanto_antes =ahora_mismo =inmediatamente =hoy
    urgent =tout_de_suite =immediatement =des_que_possible =au_plus_vite
    dringend =sofort =so_schnell_wie_moglich =heute_noch =eilig
    urgente =agora_mesmo =imediatamente =o_quanto_antes =hoje
    عاجل ضروري فورا حالا الان بسرعه بسرعة
"""

DECIDES = """
    =my_company =our_company =i_am_the_owner =i'm_the_owner =i_own =i_decide =ceo =founder =director
    =mi_empresa =nuestra_empresa =soy_el_dueno =soy_la_duena =decido_yo =fundador =director =directora
    =mon_entreprise =notre_entreprise =notre_societe =je_suis_le_patron =je_decide =gerant =fondateur =directeur =directrice
    =meine_firma =unsere_firma =unser_unternehmen =inhaber =geschaftsfuhrer =grunder =ich_entscheide
    =minha_empresa =nossa_empresa =sou_o_dono =sou_a_dona =eu_decido =diretor =diretora
    شركتي شركتنا صاحب مالك مدير
"""

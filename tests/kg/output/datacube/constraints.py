"""The integrity constraints of the Data Cube vocabulary that can be broken here, each as what breaks it.

The numbers are those of section 11.1 of https://www.w3.org/TR/vocab-data-cube/. IC-7 to IC-10 and IC-18 are about
slices, IC-15 to IC-17 about a dimension of measures, IC-20 and IC-21 about hierarchies: the cubes have none of them,
which ``ABSENT`` holds.
"""

from __future__ import annotations

ABSENT = ("qb:Slice", "qb:SliceKey", "qb:measureType", "qb:HierarchicalCodeList", "qb:slice", "qb:ObservationGroup")

# ?bad is what breaks the constraint
CONSTRAINTS: dict[str, str] = {
    "IC-1 an observation is of one data set": """
        ?bad a qb:Observation OPTIONAL { ?bad qb:dataSet ?set }
        OPTIONAL { ?bad qb:dataSet ?other FILTER(?other != ?set) } FILTER(!BOUND(?set) || BOUND(?other))""",
    "IC-2 a data set has one structure": """
        ?bad a qb:DataSet OPTIONAL { ?bad qb:structure ?one }
        OPTIONAL { ?bad qb:structure ?other FILTER(?other != ?one) } FILTER(!BOUND(?one) || BOUND(?other))""",
    "IC-3 a structure has a measure": """
        ?bad a qb:DataStructureDefinition
        MINUS { ?bad qb:component/qb:componentProperty ?measure . ?measure a qb:MeasureProperty }""",
    "IC-4 a dimension has a range": "?bad a qb:DimensionProperty MINUS { ?bad rdfs:range ?range }",
    "IC-5 a dimension of concepts has a code list": """
        ?bad a qb:DimensionProperty ; rdfs:range skos:Concept MINUS { ?bad qb:codeList ?list }""",
    "IC-6 only attributes may be left out": """
        ?bad qb:componentRequired false ; qb:componentProperty ?part MINUS { ?part a qb:AttributeProperty }""",
    "IC-11 an observation has every dimension": """
        ?bad qb:dataSet/qb:structure/qb:component/qb:componentProperty ?part . ?part a qb:DimensionProperty
        FILTER NOT EXISTS { ?bad ?part ?value }""",
    "IC-12 no two observations have the same dimensions": """
        ?bad qb:dataSet ?set . ?twin qb:dataSet ?set FILTER(STR(?bad) < STR(?twin))
        FILTER NOT EXISTS {
          ?set qb:structure/qb:component/qb:componentProperty ?part . ?part a qb:DimensionProperty .
          ?bad ?part ?value FILTER NOT EXISTS { ?twin ?part ?value }
        }""",
    "IC-13 an observation has the attributes that are needed": """
        ?bad qb:dataSet/qb:structure/qb:component ?spec .
        ?spec qb:componentRequired true ; qb:componentProperty ?part FILTER NOT EXISTS { ?bad ?part ?value }""",
    "IC-14 an observation has every measure": """
        ?bad qb:dataSet/qb:structure/qb:component/qb:componentProperty ?part . ?part a qb:MeasureProperty
        FILTER NOT EXISTS { ?bad ?part ?value }""",
    "IC-19 a coded dimension takes its values from its list": """
        ?bad qb:dataSet/qb:structure/qb:component/qb:componentProperty ?part .
        ?part a qb:DimensionProperty ; qb:codeList ?list . ?bad ?part ?value
        FILTER NOT EXISTS { ?value a skos:Concept ; skos:inScheme ?list }""",
}

# what, done to the cube, breaks each constraint; as an update
SINNERS: dict[str, str] = {
    "IC-1": "INSERT DATA { cube:quantity-ict-t1 qb:dataSet cube:measurements }",
    "IC-2": "INSERT DATA { cube:targets qb:structure cube:measurements-structure }",
    "IC-3": "DELETE WHERE { sdmx-measure:obsValue a qb:MeasureProperty }",
    "IC-4": "DELETE WHERE { cube:plan rdfs:range ?range }",
    "IC-5": "DELETE WHERE { cube:kind qb:codeList ?list }",
    "IC-6": "INSERT { ?spec qb:componentRequired false } WHERE { ?spec qb:dimension cube:plan }",
    "IC-11": "DELETE WHERE { cube:quantity-ict-t1 cube:plan ?plan }",
    "IC-12": "INSERT { cube:twin ?p ?o } WHERE { cube:quantity-ict-t1 ?p ?o }",
    "IC-13": "DELETE WHERE { cube:quantity-ict-t1 sdmx-attribute:unitMeasure ?unit }",
    "IC-14": "DELETE WHERE { cube:quantity-ict-t1 sdmx-measure:obsValue ?value }",
    "IC-19": "DELETE WHERE { cube:period-2025 skos:inScheme ?list }",
}

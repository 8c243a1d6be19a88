"""Objects and fields as the API describes them."""

from typing import Any

from simulator.systems.apps.salesforce.objects.catalog import USER, Catalog, ObjectType
from simulator.systems.apps.salesforce.objects.fields import DECIMALS, TEXTS, TYPES, Field
from simulator.systems.apps.salesforce.soql.finding import children_name

#: Digits of a number, and those behind the point.
_PRECISION = {"currency": (18, 2), "double": (18, 0), "percent": (3, 0), "int": (0, 0)}


def summary(object_type: ObjectType, root: str) -> dict[str, Any]:
    """Return what an object is.

    Args:
        object_type: the object.
        root: address of the API's version.
    """
    base = f"{root}/sobjects/{object_type.name}"
    is_writable = object_type.name != USER
    return {
        "activateable": False,
        "createable": is_writable,
        "custom": object_type.is_custom,
        "customSetting": False,
        "deletable": is_writable,
        "deprecatedAndHidden": False,
        "feedEnabled": True,
        "hasSubtypes": False,
        "isSubtype": False,
        "keyPrefix": object_type.prefix,
        "label": object_type.label,
        "labelPlural": object_type.plural,
        "layoutable": True,
        "mergeable": object_type.name in ("Account", "Contact", "Lead", "Case"),
        "mruEnabled": True,
        "name": object_type.name,
        "queryable": True,
        "replicateable": True,
        "retrieveable": True,
        "searchable": True,
        "triggerable": True,
        "undeletable": is_writable,
        "updateable": is_writable,
        "urls": {
            "rowTemplate": f"{base}/{{ID}}",
            "describe": f"{base}/describe",
            "sobject": base,
        },
    }


def whole(object_type: ObjectType, catalog: Catalog, root: str) -> dict[str, Any]:
    """Return what an object is, with its fields and with those that refer to it."""
    children = [
        {
            "cascadeDelete": False,
            "childSObject": child.name,
            "deprecatedAndHidden": False,
            "field": reference.name,
            "junctionIdListNames": [],
            "junctionReferenceTo": [],
            "relationshipName": children_name(reference),
            "restrictedDelete": False,
        }
        for child, reference in catalog.children(object_type)
    ]
    return {
        **summary(object_type, root),
        "childRelationships": children,
        "fields": [_field(object_type, each) for each in object_type.fields],
        "recordTypeInfos": [],
        "supportedScopes": [{"label": "All records", "name": "everything"}],
    }


def _field(object_type: ObjectType, one: Field) -> dict[str, Any]:
    digits, scale = _PRECISION.get(one.type, (0, 0))
    is_text = one.type in TEXTS
    is_reference = one.type == "reference"
    length = 18 if one.type in ("id", "reference") else one.length
    return {
        "aggregatable": one.is_filterable and one.type != "boolean",
        "autoNumber": one.name == "CaseNumber",
        "byteLength": length * 3 if is_text else length,
        "calculated": False,
        "caseSensitive": False,
        "controllerName": None,
        "createable": one.is_createable,
        "custom": one.is_custom,
        "defaultValue": one.default,
        "defaultedOnCreate": one.default is not None or one.type == "boolean",
        "dependentPicklist": False,
        "deprecatedAndHidden": False,
        "digits": 8 if one.type == "int" else 0,
        "externalId": one.is_external_id,
        "filterable": one.is_filterable,
        "groupable": one.is_filterable and one.type not in (*DECIMALS, "datetime"),
        "idLookup": one.is_external_id or one.is_id_lookup or one.type == "id",
        "inlineHelpText": None,
        "label": one.label,
        "length": length,
        "name": one.name,
        "nameField": one.name == object_type.name_field,
        "nillable": not one.is_required and one.type not in ("id", "boolean"),
        "permissionable": not one.is_required,
        "picklistValues": [
            {
                "active": True,
                "defaultValue": value == one.default,
                "label": value,
                "validFor": None,
                "value": value,
            }
            for value in one.values
        ],
        "polymorphicForeignKey": len(one.refers_to) > 1,
        "precision": digits,
        "referenceTo": list(one.refers_to),
        "relationshipName": (one.relationship or None) if is_reference else None,
        "restrictedPicklist": bool(one.values) and one.is_custom,
        "scale": scale,
        "soapType": TYPES[one.type],
        "sortable": one.is_filterable,
        "type": one.type,
        "unique": one.is_unique,
        "updateable": one.is_updateable,
    }

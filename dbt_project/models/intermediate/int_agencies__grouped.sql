with agencies as (
    select * from {{ ref('int_agencies__described') }}
),

places as (
    select * from {{ ref('int_agencies__hierarchy') }}
),

peer_groups as (
    select
        peer_group_id,
        string_split(kinds, '|') as kinds,
        string_split(tiers, '|') as tiers,
        string_split(sectors, '|') as sectors,
        string_split(same, '|') as same
    from {{ ref('stg_lake__ref_peer_group') }}
),

described as (
    select
        agencies.agency_code,
        agencies.is_synthetic,
        agencies.kind,
        agencies.tier,
        agencies.sector,
        places.province_code,
        places.province_name,
        places.prefecture_code,
        places.prefecture_name,
        places.county_code,
        places.county_name
    from agencies
    left join places
        on
            agencies.agency_code = places.agency_code
            and agencies.is_synthetic = places.is_synthetic
    -- Of an agency of unknown kind nobody can say whose peer it is.
    where agencies.kind <> 'unknown'
),

-- An empty condition is a list with one empty word. What is not known meets no condition.
members as (
    select
        described.*,
        peer_groups.peer_group_id,
        peer_groups.same
    from described
    inner join peer_groups
        on
            (peer_groups.kinds = [''] or list_contains(peer_groups.kinds, described.kind))
            and (peer_groups.tiers = [''] or list_contains(peer_groups.tiers, described.tier))
            and (peer_groups.sectors = [''] or list_contains(peer_groups.sectors, described.sector))
            and (described.tier is not null or not list_contains(peer_groups.same, 'tier'))
            and (described.sector is not null or not list_contains(peer_groups.same, 'sector'))
            and (
                described.province_code is not null
                or not list_contains(peer_groups.same, 'province')
            )
            and (
                described.prefecture_code is not null
                or not list_contains(peer_groups.same, 'prefecture')
            )
            and (
                described.county_code is not null
                or not list_contains(peer_groups.same, 'county')
            )
)

select
    agency_code,
    is_synthetic,
    peer_group_id,
    concat_ws(
        '/',
        case when list_contains(same, 'province') then province_code end,
        case when list_contains(same, 'prefecture') then prefecture_code end,
        case when list_contains(same, 'county') then county_code end,
        case when list_contains(same, 'tier') then tier end,
        case when list_contains(same, 'sector') then sector end,
        case when list_contains(same, 'kind') then kind end
    ) as peer_scope,
    concat_ws(
        '/',
        case when list_contains(same, 'province') then province_name end,
        case when list_contains(same, 'prefecture') then prefecture_name end,
        case when list_contains(same, 'county') then county_name end,
        case when list_contains(same, 'tier') then tier end,
        case when list_contains(same, 'sector') then sector end,
        case when list_contains(same, 'kind') then kind end
    ) as peer_scope_name
from members
